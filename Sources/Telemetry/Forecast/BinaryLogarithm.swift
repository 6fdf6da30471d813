/// Logarithm to base 2 of a positive, finite, normal number, by plain arithmetic: equal on every machine, unlike the C
/// library's.
///
/// x = 2^e m with m within 1/√2…√2, and ln m = 2 artanh((m - 1) / (m + 1)) by its series; the first term left out is
/// below 1e-15.
package func binaryLogarithm(_ x: Double) -> Double {
    var (exponent, significand) = (Double(x.exponent), x.significand)
    if significand > 0x1.6a09e667f3bcdp0 {
        significand /= 2
        exponent += 1
    }
    let t = (significand - 1) / (significand + 1)
    let square = t * t
    let low = 1 + square * (1 / 3.0 + square * (1 / 5.0 + square * (1 / 7.0 + square / 9)))
    let fifth = square * square * square * square * square
    let high = 1 / 11.0 + square * (1 / 13.0 + square * (1 / 15.0 + square / 17))
    return exponent + t * (low + fifth * high) * 2.885_390_081_777_926_8
}

/// 2 to the power of `y`, by plain arithmetic.
///
/// 2^y = 2^n e^(f ln 2) with n whole and f within -0.5…0.5, by the series of e^x; the first term left out is below
/// 1e-14.
/// - Parameter y: within -1000…1000.
package func binaryExponential(_ y: Double) -> Double {
    let whole = y.rounded()
    let x = (y - whole) * 0.693_147_180_559_945_3
    let low = 1 + x * (1 + x * (1 / 2.0 + x * (1 / 6.0 + x * (1 / 24.0 + x * (1 / 120.0 + x / 720)))))
    let seventh = x * x * x * x * x * x * x
    let high = 1 / 5040.0 + x * (1 / 40320.0 + x * (1 / 362_880.0 + x * (1 / 3_628_800.0 + x / 39_916_800)))
    return Double(sign: .plus, exponent: Int(whole), significand: low + seventh * high)
}
