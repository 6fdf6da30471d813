import Crypto
import Foundation
public import Frames
public import Model
import Synchronization

/// Labelled samples of a model's one input, kept decoded.
public struct SampleSet: Sendable {
    let values: [TensorValue]
    let labels: [Int?]
    /// Digest of values and labels, in order.
    public let sha256: String

    /// - Throws: `FrameError` where a file can't be used, `SplitError.noSamples` where there are none.
    public init(_ folder: FrameFolder, for input: Tensor) throws {
        guard folder.count > 0 else { throw SplitError.noSamples }
        values = try (0..<folder.count).map { try folder.value(at: $0, for: input) }
        labels = (0..<folder.count).map(folder.label)
        var hash = SHA256()
        for (value, label) in zip(values, labels) {
            hash.update(data: value.bytes)
            hash.update(data: Data("\(label.map(String.init) ?? "-")\n".utf8))
        }
        sha256 = hash.finalize().map { String(format: "%02x", $0) }.joined()
    }

    var count: Int { values.count }

    /// Whether every value is a whole number of 255ths from zero to one, as from an 8-bit image.
    var isEightBit: Bool {
        values.allSatisfy { value in
            value.elementType == .float32
                && value.withFloats { $0.allSatisfy { $0 >= 0 && $0 <= 1 && Float(Int($0 * 255 + 0.5)) / 255 == $0 } }
        }
    }

    /// Counts answers against labels and against the reference's answers.
    func accuracy(of answers: [Int], reference: [Int]) -> Accuracy {
        let labelled = zip(labels, answers).filter { $0.0 != nil }
        let correct = labelled.count { $0.0 == $0.1 }
        let agreeing = zip(answers, reference).count { $0.0 == $0.1 }
        return Accuracy(
            samples: count, topOne: labelled.isEmpty ? nil : Double(correct) / Double(labelled.count),
            agreement: Double(agreeing) / Double(count))
    }

    /// Applies `work` to every sample, on all processors, a batch at a time.
    ///
    /// - Parameter afterBatch: called with the number of samples done.
    func map<Result: Sendable>(
        afterBatch: (Int) throws -> Void = { _ in }, _ work: @Sendable (TensorValue) throws -> Result
    ) throws -> [Result] {
        var results: [Result] = []
        let batch = max(1, ProcessInfo.processInfo.activeProcessorCount)
        for start in stride(from: 0, to: count, by: batch) {
            results += try Self.concurrently(Array(values[start..<min(start + batch, count)]), work)
            try afterBatch(results.count)
        }
        return results
    }

    private static func concurrently<Result: Sendable>(
        _ values: [TensorValue], _ work: @Sendable (TensorValue) throws -> Result
    ) throws -> [Result] {
        let results = ResultSlots<Result>(count: values.count)
        DispatchQueue.concurrentPerform(iterations: values.count) { index in
            results.set(index, Swift.Result { try work(values[index]) })
        }
        return try results.collect()
    }
}

/// Collects the results of work done concurrently.
private final class ResultSlots<Value: Sendable>: Sendable {
    private let slots: Mutex<[Result<Value, any Error>?]>

    init(count: Int) { slots = Mutex(Array(repeating: nil, count: count)) }

    func set(_ index: Int, _ result: Result<Value, any Error>) { slots.withLock { $0[index] = result } }

    func collect() throws -> [Value] { try slots.withLock { try $0.compactMap { try $0?.get() } } }
}
