/// Logarithm to base 2 of a positive, finite, normal number, by plain arithmetic: equal on every machine, unlike the C
/// library's.
package func binaryLogarithm(_ x: Double) -> Double { binaryLogarithms(SIMD4(repeating: x))[0] }

/// Of four such numbers.
///
/// x = 2^e m with m within 1/√2…√2, and ln m = 2 artanh((m - 1) / (m + 1)) by its series; the first term left out is
/// below 1e-15.
func binaryLogarithms(_ x: SIMD4<Double>) -> SIMD4<Double> {
    let bits = unsafeBitCast(x, to: SIMD4<Int64>.self)
    let fraction = bits & 0x000f_ffff_ffff_ffff
    // One where m would be above √2: by the bits of that, since comparing lane by lane costs more.
    let isLarge: SIMD4<Int64> = ((0x6_a09e_667f_3bcd &- fraction) &>> 63) & 1
    let exponent = SIMD4<Double>((bits &>> 52) &- 1023 &+ isLarge)
    let scale: SIMD4<Int64> = (1023 &- isLarge) &<< 52
    let significand = unsafeBitCast(fraction | scale, to: SIMD4<Double>.self)
    let t = (significand - 1) / (significand + 1)
    let square = t * t
    let low = sum(1, square * sum(1 / 3.0, square * sum(1 / 5.0, square * sum(1 / 7.0, square / 9))))
    let fifth = square * square * square * square * square
    let high = sum(1 / 11.0, square * sum(1 / 13.0, square * sum(1 / 15.0, square / 17)))
    let whole: SIMD4<Double> = t * (low + fifth * high) * 2.885_390_081_777_926_8
    return exponent + whole
}

@inline(__always)
private func sum(_ a: Double, _ b: SIMD4<Double>) -> SIMD4<Double> { a + b }

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
    return (low + seventh * high) * Double(bitPattern: UInt64(Int(whole) + 1023) << 52)
}
