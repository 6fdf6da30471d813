import Model
import ONNX
import Testing

@Suite struct SymmetricQuantiserTests {
    /// Values of one filter: of random size and spread, now and then with an outlier or all zero.
    private func values(using random: inout SeededGenerator) -> [Float] {
        let spread = Float(random.nextUnit() * 4 + 0.01)
        var values = (0..<Int.random(in: 1...40, using: &random)).map { _ in
            spread * Float(random.nextUnit() + random.nextUnit() + random.nextUnit() - 1.5)
        }
        if Int.random(in: 0..<5, using: &random) == 0 { values[0] *= 6 }
        if Int.random(in: 0..<20, using: &random) == 0 { values = values.map { _ in 0 } }
        return values
    }

    private func error(of values: [Float], bits: Int, scale: Double) -> Double {
        values.reduce(0) { sum, value in
            let code = (Double(value) / scale).rounded(.toNearestOrEven)
            let clamped = min(max(code, -Double(1 << (bits - 1))), Double(1 << (bits - 1)) - 1)
            return sum + (Double(value) - clamped * scale) * (Double(value) - clamped * scale)
        }
    }

    @Test(arguments: 2...8) func isAsGoodAsEveryScaleTried(bits: Int) throws {
        var ours = 0.0
        var exhaustive = 0.0
        var unclipped = 0.0
        for seed in UInt64(0)..<300 {
            var random = SeededGenerator(seed: seed)
            let values = values(using: &random)
            let quantiser = values.withUnsafeBufferPointer { SymmetricQuantiser(fitting: $0, bits: bits) }
            let found = error(of: values, bits: bits, scale: Double(quantiser.scale))
            let largest = Double(values.map(abs).max() ?? 0)
            guard largest > 0 else {
                #expect(quantiser.scale == 1 && found == 0, "seed \(seed)")
                continue
            }
            let coarsest = largest / Double((1 << (bits - 1)) - 1)
            let least = (1...1500).map { error(of: values, bits: bits, scale: coarsest * Double($0) / 1500) }.min() ?? 0
            // Many bits on few values have many minima, all of them small: there a fifth of rounding's usual noise may be missed.
            let noise = Double(values.count) * coarsest * coarsest / 12
            #expect(found <= 1.3 * least + 0.2 * noise, "seed \(seed): \(found) against \(least)")
            (ours, exhaustive) = (ours + found, exhaustive + least)
            unclipped += error(of: values, bits: bits, scale: coarsest)
        }
        #expect(ours <= 1.06 * exhaustive, "\(ours / exhaustive)")
        // Clipping is what is gained: were the largest magnitude as good, the search would be for nothing.
        #expect(bits > 4 || unclipped > 1.2 * ours, "\(unclipped / ours)")
    }

    @Test func theErrorIsThatOfTheCodes() {
        for seed in UInt64(0)..<500 {
            var random = SeededGenerator(seed: seed)
            let values = values(using: &random)
            let bits = Int.random(in: 2...8, using: &random)
            let quantiser = values.withUnsafeBufferPointer { SymmetricQuantiser(fitting: $0, bits: bits) }
            let expected = values.reduce(0.0) { sum, value in
                let difference = Double(value) - Double(quantiser.value(of: quantiser.code(of: value)))
                return sum + difference * difference
            }
            let found = values.withUnsafeBufferPointer { quantiser.squaredError(of: $0) }
            #expect(abs(found - expected) <= 1e-5 * expected + 1e-12, "seed \(seed)")
        }
    }
}

@Suite struct ChannelQuantisationTests {
    @Test func everyChannelHasItsOwnScale() {
        for seed in UInt64(0)..<500 {
            var random = SeededGenerator(seed: seed)
            let extents = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 1...5, using: &random) }
            let axis = Int.random(in: 0..<extents.count, using: &random)
            let bits = [2, 4, 8][Int.random(in: 0..<3, using: &random)]
            let values = (0..<extents.reduce(1, *)).map { _ in Float(random.nextUnit() * 2 - 1) }
            let weight = ChannelQuantisation(values, extents: extents, axis: axis, bits: bits)
            let inner = extents[(axis + 1)...].reduce(1, *)
            for channel in 0..<extents[axis] {
                let places = values.indices.filter { $0 / inner % extents[axis] == channel }
                let alone = places.map { values[$0] }.withUnsafeBufferPointer {
                    SymmetricQuantiser(fitting: $0, bits: bits)
                }
                #expect(weight.scales[channel] == alone.scale, "seed \(seed)")
                for place in places {
                    #expect(weight.codes[place] == alone.code(of: values[place]), "seed \(seed)")
                    #expect(weight.values[place] == alone.value(of: weight.codes[place]), "seed \(seed)")
                }
            }
            let packed = weight.packedCodes
            #expect(packed.count == (values.count * bits + 7) / 8)
            for (index, code) in weight.codes.enumerated() {
                let field = (packed[index * bits / 8] >> UInt8(index * bits % 8)) << UInt8(8 - bits)
                #expect(Int8(bitPattern: field) >> Int8(8 - bits) == code, "seed \(seed)")
            }
        }
    }
}
