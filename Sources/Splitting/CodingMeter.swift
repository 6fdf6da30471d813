import Codec
import Model

/// Times the activation codec on this device.
enum CodingMeter {
    private static let shape = TensorShape([1, 32, 64, 64])

    /// One timing for each precision packed, and one for each up to eight bits deflated.
    static func timings(runs: Int) throws -> [Profile.CodingTiming] {
        try Precision.candidates.map { try timing($0, .packed, runs: runs) }
            + Precision.candidates.filter { $0 <= .eightBits }.map { try timing($0, .deflated, runs: runs) }
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

    private static func timing(_ precision: Precision, _ coding: TransmitCoding, runs: Int) throws
        -> Profile.CodingTiming
    {
        let values = [activation]
        let tensor = TransmittedTensor(
            name: "timed", elementType: .float32, shape: shape, precision: precision,
            range: precision.isQuantised ? ValueRange(low: 0, high: 1) : nil)
        let codec = try ActivationCodec(tensors: [tensor], coding: coding)
        let payloads = try codec.encode(values)
        let encode = try Stopwatch.timing(runs: runs) { _ = try codec.encode(values) }
        let decode = try Stopwatch.timing(runs: runs) { _ = try codec.decode(payloads) }
        let count = Double(shape.elementCount)
        return Profile.CodingTiming(
            precision: precision, coding: coding, encode: Double(encode.median.count) / count,
            decode: Double(decode.median.count) / count)
    }
}
