public import Inference
public import Model

extension SplitModel {
    /// One side of a cut.
    public enum Side: Sendable { case head, tail }

    /// A session of one side of a cut at the deployed optimisation level, run once on zeros.
    ///
    /// - Parameter precision: of the head; a tail computes in floats.
    /// - Throws: `ONNXError`, `InferenceError`; `SplitError.emptyHalf` where the cut leaves that side without a layer, and as
    ///   `head(of:precision:)`.
    public func session(
        _ side: Side, of partition: Partition, precision: HeadPrecision = .float, threads: Int
    ) throws -> Session {
        let session = try Session(
            runtime: runtime, model: .bytes(try bytes(of: side, partition, precision)),
            options: side == .head
                ? headOptions(partition, precision, threads: threads) : SessionOptions(intraOpThreads: threads))
        _ = try session.run(
            session.inputs.map { TensorValue(zeros: $0.elementType, shape: TensorShape($0.extents.map { $0 ?? 1 })) })
        return session
    }

    private func bytes(of side: Side, _ partition: Partition, _ precision: HeadPrecision) throws -> [UInt8] {
        if side == .head { return try head(of: partition, precision: precision) }
        guard let tail = try halves(of: partition).tail else { throw SplitError.emptyHalf(side: "tail") }
        return tail
    }
}
