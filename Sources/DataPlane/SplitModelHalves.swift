import Inference
public import Model
public import Splitting

/// The halves of a model made ready for splitting, as they are deployed: fully optimised, and run once to warm up.
public struct SplitModelHalves: HalfSource {
    private let model: SplitModel
    private let threads: Int

    /// - Parameter threads: within a layer.
    public init(_ model: SplitModel, threads: Int = 1) {
        self.model = model
        self.threads = threads
    }

    public var identity: ModelIdentity { model.identity }
    public var inputs: [Tensor] { model.inputs }
    public var outputs: [Tensor] { model.outputs }

    public func whole() throws -> any ModelHalf {
        try model.session(.head, of: Partition(prefix: model.graph.layers.count, of: model.graph), threads: threads)
    }

    public func head(of plan: Plan) throws -> any ModelHalf {
        try model.session(
            .head, of: model.partition(of: plan), precision: plan.headPrecision ?? .float, threads: threads)
    }

    public func tail(of plan: Plan) throws -> any ModelHalf {
        try model.session(.tail, of: model.partition(of: plan), threads: threads)
    }
}
