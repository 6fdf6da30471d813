import Foundation
public import Inference
public import Model
import ONNX

/// A model made ready for splitting.
///
/// What is cut is not the file as it came but the **working graph**: the runtime's own basic-level optimisation of it
/// (constants and batch norm folded, identities gone), saved back as standard ONNX. Shapes come from one run of that graph
/// with every activation exposed as an output. So nothing here infers a shape, and what is cut is what runs.
public final class SplitModel: Sendable {
    public let identity: ModelIdentity
    public let graph: LayerGraph
    public let runtime: Runtime
    let working: ONNXModel
    private let workshop: TemporaryFolder

    /// - Parameters:
    ///   - path: an ONNX file.
    ///   - shapes: shapes of inputs that the file leaves open, by name.
    /// - Throws: `ONNXError` where the file is not a model that can be split, `InferenceError` where the runtime refuses it.
    public init(contentsOf path: String, shapes: [String: TensorShape] = [:], runtime: Runtime) throws {
        let source = try ONNXModel(contentsOf: path).binding(shapes: shapes)
        let workshop = try TemporaryFolder()
        let working = try Self.optimised(source, runtime: runtime, in: workshop)
        let tensors = try Self.measuredTensors(of: working, runtime: runtime)
        // Written again, since reading gave every layer a name.
        try working.write(to: workshop.path("named.onnx"))
        self.identity = try source.identity()
        self.graph = try working.layerGraph(tensors: tensors)
        self.runtime = runtime
        self.working = working
        self.workshop = workshop
    }

    /// The cut that a plan runs.
    ///
    /// - Throws: `PartitionError` where the plan is not of this model.
    public func partition(of plan: Plan) throws -> Partition {
        plan.isEdgeOnly
            ? Partition(prefix: graph.layers.count, of: graph) : try Partition(at: plan.crossing.map(\.name), of: graph)
    }

    /// The working graph as a file, for as long as this model lives.
    var workingPath: String { workshop.path("named.onnx") }

    public var inputs: [Tensor] { graph.inputs.map { graph.tensors[$0] } }
    public var outputs: [Tensor] { graph.outputs.map { graph.tensors[$0] } }

    /// Head and tail of a cut as ONNX files in memory; no head where every layer is in the tail, and the other way round.
    ///
    /// - Throws: `ONNXError`.
    public func halves(of partition: Partition) throws -> (head: [UInt8]?, tail: [UInt8]?) {
        let halves = try working.halves(of: partition, in: graph)
        return (try halves.head?.model.serialized(), try halves.tail?.model.serialized())
    }

    /// Writes head and tail of a cut as ONNX files, each whole or not at all.
    ///
    /// - Parameter precision: of the head; a tail computes in floats.
    /// - Throws: `ONNXError`; `SplitError.emptyHalf` where the half that was asked for has no layers, and as
    ///   `head(of:precision:)`.
    public func write(
        _ partition: Partition, precision: HeadPrecision = .float, head: String?, tail: String?
    ) throws {
        if let head { try quantisedHead(of: partition, precision).write(to: head) }
        guard let tail else { return }
        guard let half = try working.halves(of: partition, in: graph).tail else {
            throw SplitError.emptyHalf(side: "tail")
        }
        try half.model.write(to: tail)
    }

    /// The working graph with every activation among its outputs.
    func exposingSession() throws -> Session { try Self.exposingSession(of: working, runtime: runtime) }

    private static func exposingSession(of model: ONNXModel, runtime: Runtime) throws -> Session {
        try Session(
            runtime: runtime, model: .bytes(model.exposingActivations().serialized()),
            options: SessionOptions(optimization: .disabled))
    }

    /// The working graph, as the runtime saves it.
    private static func optimised(
        _ source: ONNXModel, runtime: Runtime, in workshop: TemporaryFolder
    ) throws -> ONNXModel {
        let bound = workshop.path("bound.onnx")
        let optimised = workshop.path("working.onnx")
        try source.write(to: bound)
        var options = SessionOptions(optimization: .basic, optimizedModelPath: optimised)
        if source.weightBytes > 1 << 30 {
            options.configEntries["session.optimized_model_external_initializers_file_name"] = "working.data"
        }
        _ = try Session(runtime: runtime, model: .file(bound), options: options)
        return try ONNXModel(contentsOf: optimised)
    }

    /// Type and shape of every activation, from a run on zeros.
    private static func measuredTensors(
        of model: ONNXModel, runtime: Runtime
    ) throws -> [String: (ElementType, TensorShape)] {
        let session = try exposingSession(of: model, runtime: runtime)
        var tensors: [String: (ElementType, TensorShape)] = [:]
        var inputs: [TensorValue] = []
        for port in session.inputs {
            let shape = TensorShape(port.extents.map { $0 ?? 1 })
            inputs.append(TensorValue(zeros: port.elementType, shape: shape))
            tensors[port.name] = (port.elementType, shape)
        }
        for (port, value) in zip(session.outputs, try session.run(inputs)) {
            tensors[port.name] = (value.elementType, value.shape)
        }
        return tensors
    }
}
