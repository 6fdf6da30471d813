import Crypto
import Foundation
public import Frames
public import Model
import Synchronization

/// Labelled samples of a model's one input, kept decoded, in two parts: the first, third, … sample, to choose ranges on, and the
/// second, fourth, … to measure on. One sample alone is both.
public struct SampleSet: Sendable {
    let values: [TensorValue]
    let labels: [Int?]
    /// Paths of the files, for people.
    let files: [String]
    /// Digest of values and labels, in order.
    public let sha256: String

    /// - Throws: `FrameError` where a file can't be used, or has an element that is infinite or not a number, which would be part
    ///   of no range; `SplitError.noSamples` where there are none.
    public init(_ folder: FrameFolder, for input: Tensor) throws {
        guard folder.count > 0 else { throw SplitError.noSamples }
        let files = folder.files.map { "\(folder.path)/\($0)" }
        self.files = files
        values = try (0..<folder.count).map { index in
            let value = try folder.value(at: index, for: input)
            if let element = value.firstNotFinite {
                throw FrameError.broken(file: files[index], problem: "element \(element) is not finite")
            }
            return value
        }
        labels = (0..<folder.count).map(folder.label)
        var hash = SHA256()
        for (value, label) in zip(values, labels) {
            hash.update(data: value.bytes)
            hash.update(data: Data("\(label.map(String.init) ?? "-")\n".utf8))
        }
        sha256 = hash.finalize().map { String(format: "%02x", $0) }.joined()
    }

    var count: Int { values.count }

    /// Positions of the samples that ranges are chosen on.
    public var calibration: [Int] { Array(stride(from: 0, to: values.count, by: 2)) }
    /// Positions of the samples that errors, sizes and accuracy are measured on.
    public var evaluation: [Int] { values.count == 1 ? [0] : Array(stride(from: 1, to: values.count, by: 2)) }

    /// Whether every value is a whole number of 255ths from zero to one, as from an 8-bit image.
    var isEightBit: Bool {
        values.allSatisfy { value in
            value.elementType == .float32
                && value.withFloats { $0.allSatisfy { $0 >= 0 && $0 <= 1 && Float(Int($0 * 255 + 0.5)) / 255 == $0 } }
        }
    }

    /// Counts answers to the samples of the evaluation against labels and against the reference's answers.
    func accuracy(of answers: [Answer], reference: [Answer]) -> Accuracy {
        var (labelled, correct, agreeing, lost, gained) = (0, 0, 0, 0, 0)
        for (position, (answer, wanted)) in zip(evaluation, zip(answers, reference)) {
            let agrees = answer.topClass == wanted.topClass
            agreeing += agrees ? 1 : 0
            guard let label = labels[position] else { continue }
            labelled += 1
            correct += answer.topClass == label ? 1 : 0
            if !agrees, wanted.topClass == label { lost += 1 }
            if !agrees, answer.topClass == label { gained += 1 }
        }
        return Accuracy(
            samples: answers.count, topOne: labelled == 0 ? nil : Double(correct) / Double(labelled),
            agreement: Double(agreeing) / Double(answers.count), labelled: labelled,
            lost: labelled == 0 ? answers.count - agreeing : lost, gained: gained,
            signalToNoise: Answer.signalToNoise(of: answers, against: reference))
    }

    /// Applies `work` to some samples, on all processors, a batch at a time.
    ///
    /// - Parameters:
    ///   - positions: of the samples, in the order of the results.
    ///   - afterBatch: called with the number of samples done.
    func map<Result: Sendable>(
        _ positions: [Int], afterBatch: (Int) throws -> Void = { _ in },
        _ work: @Sendable (TensorValue) throws -> Result
    ) throws -> [Result] {
        var results: [Result] = []
        try forEach(positions, work) { done, result in
            results.append(result)
            try afterBatch(done)
        }
        return results
    }

    /// The same for results too large to keep: each is handed over once, in the order of the positions, no more than a batch
    /// of them at a time in memory.
    ///
    /// - Parameter take: called with the number of samples handed over, this one included.
    func forEach<Result: Sendable>(
        _ positions: [Int], _ work: @Sendable (TensorValue) throws -> Result, _ take: (Int, Result) throws -> Void
    ) throws {
        let batch = max(1, ProcessInfo.processInfo.activeProcessorCount)
        for start in stride(from: 0, to: positions.count, by: batch) {
            let chosen = positions[start..<min(start + batch, positions.count)].map { values[$0] }
            for (offset, result) in try Self.concurrently(chosen, work).enumerated() {
                try take(start + offset + 1, result)
            }
        }
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
