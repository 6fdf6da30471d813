import Codec
import Model
import Testing

/// A tensor of random type, shape and width, and a value for it.
private func randomCase(using random: inout SeededGenerator) throws -> (TransmittedTensor, TensorValue) {
    let shape = TensorShape(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in Int.random(in: 0...9, using: &random) })
    let bits = Int.random(in: 1...17, using: &random)
    let isQuantised = bits <= 16
    let elementType = isQuantised ? .float32 : try #require(ElementType.allCases.randomElement(using: &random))
    let tensor = TransmittedTensor(
        name: "t", elementType: elementType, shape: shape,
        precision: try #require(Precision(bits: isQuantised ? bits : 32)),
        range: isQuantised ? ValueRange(low: -1, high: 2) : nil)
    if isQuantised {
        return (
            tensor,
            TensorValue(floats: (0..<shape.elementCount).map { _ in Float(random.nextUnit() * 4 - 1.5) }, shape: shape)
        )
    }
    let bytes = (0..<(shape.elementCount * elementType.byteWidth)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return (tensor, TensorValue(elementType: elementType, shape: shape, bytes: bytes))
}

private func image(_ shape: [Int], _ sample: (Int, Int, Int) -> Float) -> TensorValue {
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    let floats = (0..<channels).flatMap { channel in
        (0..<height).flatMap { y in (0..<width).map { x in sample(channel, y, x) } }
    }
    return TensorValue(floats: floats, shape: TensorShape(shape))
}

private func tensor(_ shape: [Int], bits: Int = 8) throws -> TransmittedTensor {
    TransmittedTensor(
        name: "image", elementType: .float32, shape: TensorShape(shape), precision: try #require(Precision(bits: bits)),
        range: ValueRange(low: 0, high: 1))
}

private let lossless = TransmitCoding.allCases.filter(\.isLossless)

@Suite struct ActivationCodecTests {
    @Test(arguments: lossless) func decodesWhatTheRoundTripForetells(coding: TransmitCoding) throws {
        for seed in UInt64(0)..<2000 {
            var random = SeededGenerator(seed: seed)
            let (tensor, value) = try randomCase(using: &random)
            let codec = try ActivationCodec(tensors: [tensor], coding: coding)
            let payloads = try codec.encode([value])
            if coding == .packed { #expect(payloads[0].count == tensor.packedBytes, "seed \(seed)") }
            let decoded = try codec.decode(payloads)
            #expect(decoded == (try codec.roundTrip([value])), "seed \(seed)")
            if !tensor.precision.isQuantised { #expect(decoded == [value], "seed \(seed)") }
            #expect(try codec.encode([value]) == payloads, "seed \(seed)")
        }
    }

    @Test(arguments: [1, 2, 3, 4, 7, 8, 12, 16]) func longTensorsGoInBlocks(bits: Int) throws {
        let shape = [1, 1, 3, 2731]
        var random = SeededGenerator(seed: 5)
        let value = image(shape) { _, _, _ in Float(random.nextUnit()) }
        let codec = try ActivationCodec(tensors: [try tensor(shape, bits: bits)], coding: .packed)
        let decoded = try codec.decode(try codec.encode([value]))[0]
        let levels = Float((1 << bits) - 1)
        for (index, (x, y)) in zip(value.floats, decoded.floats).enumerated() {
            #expect(y == (x * levels).rounded() / levels || abs(x - y) <= 0.5001 / levels, "element \(index)")
        }
    }

    @Test(arguments: lossless) func imagesOfEightBitsComeBackExactly(coding: TransmitCoding) throws {
        let shape = [1, 3, 17, 31]
        let value = image(shape) { channel, y, x in Float((channel * 97 + y * 31 + x * x) % 256) / 255 }
        let codec = try ActivationCodec(tensors: [try tensor(shape)], coding: coding)
        #expect(try codec.decode(try codec.encode([value])) == [value])
    }

    @Test func smoothImagesDeflateToLessAndNoiseToLittleMore() throws {
        let shape = [1, 3, 64, 64]
        var random = SeededGenerator(seed: 3)
        let smooth = image(shape) { channel, y, x in Float(channel * 10 + y * 2 + x) / 255 }
        let noise = image(shape) { _, _, _ in Float(random.nextUnit()) }
        let described = try tensor(shape)
        let codec = try ActivationCodec(tensors: [described], coding: .deflated)
        #expect(try codec.encode([smooth])[0].count < described.packedBytes / 20)
        #expect(try codec.encode([noise])[0].count < described.packedBytes * 102 / 100)
        for value in [smooth, noise] {
            #expect(try codec.decode(try codec.encode([value])) == (try codec.roundTrip([value])))
        }
    }

    @Test(arguments: lossless) func mutatedPayloadsThrowOrGiveValuesOfTheRightSize(
        coding: TransmitCoding
    ) throws {
        var refused = 0
        for seed in UInt64(0)..<10_000 {
            var random = SeededGenerator(seed: seed)
            let (tensor, value) = try randomCase(using: &random)
            let codec = try ActivationCodec(tensors: [tensor], coding: coding)
            var payload = try codec.encode([value])[0]
            for _ in 0...Int.random(in: 0...3, using: &random) { mutate(&payload, using: &random) }
            do throws(CodecError) {
                let decoded = try codec.decode([payload])
                #expect(decoded.map(\.shape) == [tensor.shape], "seed \(seed)")
            } catch {
                refused += 1
                #expect(!error.description.contains("\n"), "seed \(seed)")
            }
        }
        #expect(refused > 3000)
    }

    private func mutate(_ payload: inout [UInt8], using random: inout SeededGenerator) {
        let place = Int.random(in: 0...payload.count, using: &random)
        let byte = UInt8(truncatingIfNeeded: random.next())
        switch Int.random(in: 0..<4, using: &random) {
        case 0: payload.removeSubrange(place...)
        case 1: payload.insert(byte, at: place)
        case 2 where place < payload.count: payload[place] ^= 1 << (byte % 8)
        case 3 where place < payload.count: payload[place] = byte
        default: payload.append(byte)
        }
    }
}

@Suite struct ActivationCodecErrorTests {
    /// Decodes as the 2 bytes of 1x1x2x2 values of 3 bits.
    private func expectRefusal(
        of payload: [UInt8], coding: TransmitCoding, as wanted: CodecError,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let codec = try ActivationCodec(tensors: [try tensor([1, 1, 2, 2], bits: 3)], coding: coding)
        #expect(throws: wanted, sourceLocation: location) { try codec.decode([payload]) }
    }

    private func damaged(_ problem: String) -> CodecError { .corruptPayload(tensor: "image", problem: problem) }

    private func expectRefusal(
        of tensor: TransmittedTensor, as wanted: CodecError, at location: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: wanted, sourceLocation: location) {
            try ActivationCodec(tensors: [tensor], coding: .packed)
        }
    }

    @Test func tensorsThatCannotBeSentAreRefused() throws {
        var described = try tensor([1, 1, 2, 2])
        described.range = nil
        expectRefusal(of: described, as: .noRange(tensor: "image"))
        let endless = ValueRange(low: 0, high: .infinity)
        described.range = endless
        expectRefusal(of: described, as: .unusableRange(tensor: "image", range: endless))
        described.elementType = .int64
        expectRefusal(of: described, as: .notQuantisable(tensor: "image", elementType: .int64, bits: 8))
        for extents in [[1 << 40, 2], [.max, .max], [(1 << 28) + 1]] {
            described = try tensor(extents)
            expectRefusal(of: described, as: .tooLarge(tensor: "image", shape: described.shape))
        }
    }

    @Test func valuesOfAnotherPlanAreRefused() throws {
        let codec = try ActivationCodec(tensors: [try tensor([1, 1, 2, 2])], coding: .packed)
        #expect(throws: CodecError.count(of: "values", wanted: 1, found: 0)) { try codec.encode([]) }
        #expect(throws: CodecError.count(of: "payloads", wanted: 1, found: 2)) { try codec.decode([[], []]) }
        let other = TensorValue(floats: [1, 2, 3, 4], shape: TensorShape([4]))
        let error = try #require(throws: CodecError.self) { try codec.roundTrip([other]) }
        #expect(
            error.description
                == "tensor 'image': got float32 4, the plan sends float32 1x1x2x2; both ends must run the same plan")
    }

    @Test func packedPayloadsAreChecked() throws {
        let short = CodecError.payloadSize(tensor: "image", wanted: 2, found: 1)
        try expectRefusal(of: [0], coding: .packed, as: short)
        try expectRefusal(of: [0, 0x10], coding: .packed, as: damaged("the last byte is not filled with zeros"))
    }

    @Test func deflatedPayloadsAreChecked() throws {
        let codec = try ActivationCodec(tensors: [try tensor([1, 1, 2, 2], bits: 3)], coding: .deflated)
        let good = try codec.encode([TensorValue(floats: [0, 0.3, 0.6, 1], shape: TensorShape([1, 1, 2, 2]))])[0]
        let larger = try ActivationCodec(tensors: [try tensor([1, 1, 400, 500], bits: 3)], coding: .deflated)
        let bomb = try larger.encode([image([1, 1, 400, 500]) { _, _, _ in 0 }])[0]
        for payload in [[], good + [0], Array(good.dropLast()), bomb] {
            try expectRefusal(of: payload, coding: .deflated, as: damaged("not a zlib stream of exactly 2 bytes"))
        }
        for payload in [good, good + Array(repeating: 0, count: 100)] {
            #expect(throws: damaged("not a zlib stream of exactly 100000 bytes")) { try larger.decode([payload]) }
        }
    }

    @Test func codesBeyondTheirBitsAreRefused() throws {
        let shape = TensorShape([1, 1, 1, 2])
        for (bits, wider) in [(3, 4), (5, 8), (6, 7), (7, 8)] {
            let narrow = try ActivationCodec(tensors: [try tensor(shape.extents, bits: bits)], coding: .deflated)
            let wide = try ActivationCodec(tensors: [try tensor(shape.extents, bits: wider)], coding: .deflated)
            let inRange = Float((1 << bits) - 1) / Float((1 << wider) - 1)
            #expect(throws: Never.self) {
                try narrow.decode(wide.encode([TensorValue(floats: [inRange, 0], shape: shape)]))
            }
            #expect(throws: damaged("a value exceeds \(bits) bits")) {
                try narrow.decode(wide.encode([TensorValue(floats: [1, 0], shape: shape)]))
            }
        }
    }

    @Test func sparseTensorsDeflateToLessAtEveryWidth() throws {
        let shape = [1, 4, 32, 32]
        var random = SeededGenerator(seed: 9)
        let sparse = image(shape) { _, _, _ in random.nextUnit() < 0.9 ? 0 : Float(random.nextUnit()) }
        for bits in 1...8 {
            let described = try tensor(shape, bits: bits)
            let codec = try ActivationCodec(tensors: [described], coding: .deflated)
            let payload = try codec.encode([sparse])
            #expect(payload[0].count < described.packedBytes * 3 / 4, "\(bits) bits: \(payload[0].count)")
            #expect(try codec.decode(payload) == (try codec.roundTrip([sparse])), "\(bits) bits")
        }
    }

    @Test func anUnknownRowFilterIsRefused() throws {
        // A tensor of one unquantised value deflates four bytes of our choice: a filter byte and a row of three values.
        let rows = try ActivationCodec(tensors: [try tensor([1, 1, 1, 3])], coding: .deflated)
        let plain = TransmittedTensor(
            name: "plain", elementType: .float32, shape: TensorShape([1]), precision: .unquantised, range: nil)
        let raw = try ActivationCodec(tensors: [plain], coding: .deflated)
        for filter in UInt8(0)...255 {
            let bytes = [filter, 10, 20, 30]
            let payload = try raw.encode([TensorValue(elementType: .float32, shape: TensorShape([1]), bytes: bytes)])
            if filter < 5 {
                #expect(throws: Never.self) { try rows.decode(payload) }
            } else {
                #expect(throws: damaged("an unknown row filter")) {
                    try rows.decode(payload)
                }
            }
        }
    }
}
