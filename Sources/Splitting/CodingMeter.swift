import Codec
import Model

/// Times the activation codec on this device.
enum CodingMeter {
    private static let shape = TensorShape([1, 32, 64, 64])

    /// One timing for each precision packed, one for each up to eight bits deflated, and one of a picture as JPEG.
    static func timings(runs: Int) throws -> [Profile.CodingTiming] {
        try Precision.candidates.map { try timing(activation, $0, .packed, runs: runs) }
            + Precision.candidates.filter { $0 <= .eightBits }.map { try timing(activation, $0, .deflated, runs: runs) }
            + [timing(picture, .eightBits, .jpeg, runs: runs)]
    }

    /// Like a tensor behind a ReLU: half of it zeros, the rest bell-shaped, neighbours alike. How long deflating takes depends
    /// on what is deflated.
    private static let activation: TensorValue = {
        var random = SeededGenerator(seed: 0)
        var neighbour = 0.0
        let floats = (0..<shape.elementCount).map { _ in
            neighbour = 0.7 * neighbour + 0.3 * (random.nextUnit() + random.nextUnit() + random.nextUnit() - 1.5)
            return Float(max(0, neighbour))
        }
        return TensorValue(floats: floats, shape: shape)
    }()

    /// Slopes under fine grain, as a camera sees.
    private static let picture: TensorValue = {
        var random = SeededGenerator(seed: 1)
        let (height, width) = (224, 224)
        let floats = (0..<3 * height * width).map { index in
            let (y, x) = (index / width % height, index % width)
            return Float(Double(x + y) / Double(height + width) * 0.9 + 0.1 * random.nextUnit())
        }
        return TensorValue(floats: floats, shape: TensorShape([1, 3, height, width]))
    }()

    private static func timing(
        _ value: TensorValue, _ precision: Precision, _ coding: TransmitCoding, runs: Int
    ) throws -> Profile.CodingTiming {
        let values = [value]
        let tensor = TransmittedTensor(
            name: "timed", elementType: .float32, shape: value.shape, precision: precision,
            range: precision.isQuantised ? ValueRange(low: 0, high: 1) : nil)
        let codec = try ActivationCodec(tensors: [tensor], coding: coding)
        let payloads = try codec.encode(values)
        let encode = try Stopwatch.timing(runs: runs) { _ = try codec.encode(values) }
        let decode = try Stopwatch.timing(runs: runs) { _ = try codec.decode(payloads) }
        let count = Double(value.shape.elementCount)
        return Profile.CodingTiming(
            precision: precision, coding: coding, encode: Double(encode.median.count) / count,
            decode: Double(decode.median.count) / count)
    }
}
