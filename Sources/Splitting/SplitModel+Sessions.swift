public import Inference
public import Model

extension SplitModel {
    /// One side of a cut.
    public enum Side: Sendable { case head, tail }

    /// A session of one side of a cut at the deployed optimisation level, run once on zeros.
    ///
    /// - Throws: `ONNXError`, `InferenceError`; `SplitError.emptyHalf` where the cut leaves that side without a layer.
    public func session(_ side: Side, of partition: Partition, threads: Int) throws -> Session {
        let halves = try halves(of: partition)
        guard let bytes = side == .head ? halves.head : halves.tail else {
            throw SplitError.emptyHalf(side: side == .head ? "head" : "tail")
        }
        let session = try Session(
            runtime: runtime, model: .bytes(bytes), options: SessionOptions(intraOpThreads: threads))
        _ = try session.run(
            session.inputs.map { TensorValue(zeros: $0.elementType, shape: TensorShape($0.extents.map { $0 ?? 1 })) })
        return session
    }
}
