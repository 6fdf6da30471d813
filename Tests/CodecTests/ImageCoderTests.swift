import Codec
import Model
import Testing

@Suite struct ImageCoderTests {
    private static func tensor(_ extents: [Int], bits: Int = 8, type: ElementType = .float32) throws
        -> TransmittedTensor
    {
        TransmittedTensor(
            name: "picture", elementType: type, shape: TensorShape(extents),
            precision: try #require(Precision(bits: bits)), range: ValueRange(low: -1, high: 1))
    }

    /// A slope with a disc on it, as smooth as a photograph.
    private static func picture(_ extents: [Int]) -> TensorValue {
        let (height, width) = (extents[extents.count - 2], extents[extents.count - 1])
        let channels = extents[extents.count - 3]
        let floats = (0..<channels).flatMap { channel in
            (0..<height * width).map { pixel -> Float in
                let (y, x) = (Float(pixel / width), Float(pixel % width))
                let (dy, dx) = (y - Float(height) / 2, x - Float(width) / 2)
                let isDisc = dx * dx + dy * dy < Float(height * width) / 16
                return isDisc ? 0.8 - 0.3 * Float(channel) : -0.7 + x / Float(width) + 0.2 * y / Float(height)
            }
        }
        return TensorValue(floats: floats, shape: TensorShape(extents))
    }

    @Test(arguments: [[1, 3, 224, 224], [3, 61, 47], [1, 1, 33, 80], [1, 7, 5]])
    func pictureComesBackAlikeAndSmall(extents: [Int]) throws {
        let tensor = try Self.tensor(extents)
        let value = Self.picture(extents)
        let codec = try ActivationCodec(tensors: [tensor], coding: .jpeg)
        let payloads = try codec.encode([value])
        let decoded = try codec.decode(payloads)
        #expect(decoded == (try codec.roundTrip([value])) && decoded[0].shape == tensor.shape)
        let error = zip(decoded[0].floats, value.floats).reduce(0) { $0 + Double(abs($1.0 - $1.1)) }
        #expect(error / Double(tensor.shape.elementCount) < 0.04)
        if tensor.shape.elementCount > 100_000 { #expect(payloads[0].count * 10 < tensor.packedBytes) }
    }

    @Test func planesKeepTheirOrder() throws {
        let tensor = try Self.tensor([1, 3, 32, 32])
        let flat = (0..<3).flatMap { [Float](repeating: [-0.5, 0, 0.5][$0], count: 1024) }
        let codec = try ActivationCodec(tensors: [tensor], coding: .jpeg)
        let decoded = try codec.roundTrip([TensorValue(floats: flat, shape: tensor.shape)])[0].floats
        #expect(zip(decoded, flat).allSatisfy { abs($0 - $1) < 0.05 })
    }

    @Test func refusesWhatIsNoPicture() throws {
        for tensor in [
            try Self.tensor([1, 4, 8, 8]), try Self.tensor([2, 3, 8, 8]), try Self.tensor([3, 8]),
            try Self.tensor([1, 3, 0, 8]), try Self.tensor([1, 3, 8, 8], bits: 4),
            try Self.tensor([1, 3, 8, 20_000]), try Self.tensor([1, 3, 8, 8], bits: 32, type: .uint8),
        ] {
            #expect(throws: CodecError.notAnImage(tensor: "picture", shape: tensor.shape)) {
                try ActivationCodec(tensors: [tensor], coding: .jpeg)
            }
        }
    }

    @Test func anotherSizeIsRefused() throws {
        let small = try ActivationCodec(tensors: [try Self.tensor([1, 3, 8, 8])], coding: .jpeg)
        let large = try ActivationCodec(tensors: [try Self.tensor([1, 3, 8, 16])], coding: .jpeg)
        let payloads = try large.encode([Self.picture([1, 3, 8, 16])])
        #expect(throws: CodecError.corruptPayload(tensor: "picture", problem: "a JPEG image of 16x8, not 8x8")) {
            try small.decode(payloads)
        }
    }

    @Test func mutatedPayloadsThrowOrGivePicturesOfTheRightSize() throws {
        let extents = [1, 3, 24, 24]
        let codec = try ActivationCodec(tensors: [try Self.tensor(extents)], coding: .jpeg)
        let whole = try codec.encode([Self.picture(extents)])[0]
        var refused = 0
        for seed in UInt64(0)..<5000 {
            var random = SeededGenerator(seed: seed)
            var payload = whole
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 0..<payload.count, using: &random)
                if Int.random(in: 0..<4, using: &random) == 0, place > 0 {
                    payload.removeSubrange(place...)
                } else {
                    payload[place] = UInt8(truncatingIfNeeded: random.next())
                }
            }
            do throws(CodecError) {
                #expect(try codec.decode([payload])[0].shape == TensorShape(extents), "seed \(seed)")
            } catch {
                refused += 1
                #expect(!error.description.contains("\n"), "seed \(seed)")
            }
        }
        #expect(refused > 500)
    }
}
