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
    var sum = 0.0
    for term in stride(from: 17, through: 1, by: -2) { sum = sum * square + 1 / Double(term) }
    return exponent + t * sum * 2.885_390_081_777_926_8
}

/// 2 to the power of `y`, by plain arithmetic.
///
/// 2^y = 2^n e^(f ln 2) with n whole and f within -0.5…0.5, by the series of e^x; the first term left out is below
/// 1e-15.
/// - Parameter y: within -1000…1000.
package func binaryExponential(_ y: Double) -> Double {
    let whole = y.rounded()
    let x = (y - whole) * 0.693_147_180_559_945_3
    var sum = 1.0
    for term in stride(from: 12, through: 1, by: -1) { sum = 1 + sum * x / Double(term) }
    return Double(sign: .plus, exponent: Int(whole), significand: sum)
}
