import Codec
import Model

/// Times the activation codec on this device.
enum CodingMeter {
    private static let shape = TensorShape([1, 32, 64, 64])

    /// One timing for each precision, and one for eight bits deflated.
    static func timings(runs: Int) throws -> [Profile.CodingTiming] {
        try Precision.candidates.map { try timing($0, .packed, runs: runs) } + [
            timing(.eightBits, .deflated, runs: runs)
        ]
    }

    private static func timing(_ precision: Precision, _ coding: TransmitCoding, runs: Int) throws
        -> Profile.CodingTiming
    {
        var random = SeededGenerator(seed: 0)
        let values = [TensorValue(random: .float32, shape: shape, &random)]
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
