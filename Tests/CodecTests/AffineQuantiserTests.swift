import Codec
import Model
import Testing

private func codes(of values: [Float], range: ValueRange, bits: Int) throws -> [UInt16] {
    let quantiser = try #require(AffineQuantiser(range: range, bits: bits))
    var codes = [UInt16](repeating: 0, count: values.count)
    values.withUnsafeBufferPointer { values in
        codes.withUnsafeMutableBufferPointer { quantiser.quantise(values, into: $0) }
    }
    return codes
}

private func values(of codes: [UInt16], range: ValueRange, bits: Int) throws -> [Float] {
    let quantiser = try #require(AffineQuantiser(range: range, bits: bits))
    var values = [Float](repeating: .nan, count: codes.count)
    codes.withUnsafeBufferPointer { codes in
        values.withUnsafeMutableBufferPointer { quantiser.dequantise(codes, into: $0) }
    }
    return values
}

@Suite struct AffineQuantiserTests {
    @Test func imagesOfEightBitsComeBackExactly() throws {
        let unit = ValueRange(low: 0, high: 1)
        let image = (0...255).map { Float($0) / 255 }
        let quantised = try codes(of: image, range: unit, bits: 8)
        #expect(quantised == Array(0...255))
        let back = try values(of: quantised, range: unit, bits: 8)
        #expect(back.map(\.bitPattern) == image.map(\.bitPattern))
    }

    @Test(arguments: 1...16) func errorIsAtMostHalfAStep(bits: Int) throws {
        var random = SeededGenerator(seed: UInt64(bits))
        for round in 0..<200 {
            let low = Float((random.nextUnit() - 0.5) * 20)
            let range = ValueRange(low: low, high: low + Float(random.nextUnit() * 30) + 0.001)
            let span = range.high - range.low
            let sent = (0..<67).map { _ in min(range.low + Float(random.nextUnit()) * span, range.high) }
            let back = try values(of: try codes(of: sent, range: range, bits: bits), range: range, bits: bits)
            let step = Double(span) / Double((1 << bits) - 1)
            let rounding = Double(max(abs(range.low), abs(range.high), span).ulp) * 2
            for (x, y) in zip(sent, back) {
                #expect(abs(Double(x) - Double(y)) <= step / 2 + rounding, "\(bits) bits, round \(round): \(x) -> \(y)")
            }
        }
    }

    @Test(arguments: 1...16) func agreesWithTheFormulaInDoublePrecision(bits: Int) throws {
        var random = SeededGenerator(seed: UInt64(100 + bits))
        let levels = Double((1 << bits) - 1)
        let range = ValueRange(low: -3, high: 5)
        let sent = (0..<3000).map { _ in Float(random.nextUnit() * 16 - 6) }
        for (x, code) in zip(sent, try codes(of: sent, range: range, bits: bits)) {
            let place = min(max((Double(x) + 3) / 8, 0), 1) * levels
            #expect(abs(Double(code) - place) <= 0.5 + levels * 1e-6, "\(bits) bits: \(x) -> \(code)")
        }
    }

    @Test(arguments: 1...16) func saturates(bits: Int) throws {
        let top = UInt16((1 << bits) - 1)
        let greatest = Float.greatestFiniteMagnitude
        let outside: [Float] = [
            -2, -.infinity, -greatest, .nan, -.nan, .signalingNaN, -1, 3, 4, .infinity, greatest,
        ]
        let range = ValueRange(low: -1, high: 3)
        let quantised = try codes(of: outside, range: range, bits: bits)
        #expect(quantised == [0, 0, 0, 0, 0, 0, 0, top, top, top, top])
        #expect(try values(of: [0, top], range: range, bits: bits) == [-1, 3])
    }

    @Test(arguments: [
        ValueRange(low: 2, high: 2), ValueRange(low: 2, high: 1), ValueRange(low: 0, high: .leastNonzeroMagnitude),
    ])
    func aDegenerateRangeDecodesToItsLowEnd(range: ValueRange) throws {
        let sent: [Float] = [-1, 0, 1.5, 2, 3, .nan, .infinity, -.infinity]
        let quantised = try codes(of: sent, range: range, bits: 4)
        #expect(quantised == Array(repeating: 0, count: sent.count))
        #expect(try values(of: quantised, range: range, bits: 4) == Array(repeating: range.low, count: sent.count))
    }

    @Test(arguments: [
        ValueRange(low: .nan, high: 1), ValueRange(low: 0, high: .infinity),
        ValueRange(low: -.greatestFiniteMagnitude, high: .greatestFiniteMagnitude),
    ])
    func aRangeThatIsNotFiniteIsRefused(range: ValueRange) {
        #expect(AffineQuantiser(range: range, bits: 8) == nil)
    }
}
