import FoundationEssentials
public import Model
import SwiftProtobuf

/// A model in the ONNX format, checked: standard operators on tensors, no control flow, no cycle, weights of the sizes that
/// they claim. The elements of its initializers stay in their files: the model file is mapped into memory, and external
/// data is read only to be hashed or written.
///
/// The files must not be shortened while the model is in use.
public struct ONNXModel: Sendable {
    /// What to call the model in a message: the last component of its path.
    public let name: String
    /// The model file; the source of every model derived from it.
    let source: Source
    /// Initializers are without elements; every node has a name, unique in the graph.
    package internal(set) var proto: Onnx_ModelProto
    /// For each initializer of `proto.graph`.
    var stored: [StoredElements]
    let topology: Topology

    struct Source: Sendable {
        var bytes: Data
        /// `nil` for a model from memory.
        var path: String?
        /// Where external data lies; `nil` where none is allowed.
        var folder: String?
        /// Paths of the external files, by location.
        var externalPaths: [String: String] = [:]
    }

    init(name: String, source: Source, proto: Onnx_ModelProto, stored: [StoredElements]) throws(ONNXError.Problem) {
        self.name = name
        self.source = source
        self.proto = proto
        self.stored = stored
        topology = try Topology(proto.graph)
    }

    func error(_ problem: ONNXError.Problem) -> ONNXError { ONNXError(model: name, problem: problem) }
}

/// Where the elements of one initializer are.
struct StoredElements: Sendable {
    var inline: InlineElements
    /// `nil` where they are in the model file.
    var external: ExternalSlice?
    /// Bytes of the elements in memory.
    var byteCount: Int
}

extension ONNXModel {
    /// A value that the model takes or gives.
    public struct Value: Hashable, Sendable {
        public var name: String
        /// `nil` where the file does not say.
        public var elementType: ElementType?
        /// `nil` where the file gives no rank.
        public var dimensions: [Dimension]?

        /// The shape, if every extent is known and the tensor is not impossibly large.
        public var shape: TensorShape? {
            extents.flatMap { LargestTensor.elementCount(of: $0) == nil ? nil : TensorShape($0) }
        }

        var extents: [Int]? {
            guard let dimensions else { return nil }
            let fixed = dimensions.compactMap { if case .fixed(let extent) = $0 { extent } else { nil } }
            return fixed.count == dimensions.count ? fixed : nil
        }
    }

    public enum Dimension: Hashable, Sendable {
        case fixed(Int)
        /// Known at run time only; the name may be empty.
        case dynamic(String)
    }

    /// Version of the standard operators.
    public var operatorSet: Int {
        proto.opsetImport.first { Operators.isStandard(domain: $0.domain) }.map { Int($0.version) } ?? 0
    }

    /// What the caller supplies, in the file's order; weights that the file also lists as inputs are left out.
    public var inputs: [Value] { topology.inputs.map { Value(proto.graph.input[$0]) } }

    /// What the model gives, in the file's order.
    public var outputs: [Value] { proto.graph.output.map(Value.init) }

    /// The tensors that layers write and something reads, in topological order: those whose types and shapes
    /// `layerGraph(tensors:)` needs.
    public var activationNames: [String] { topology.layers.flatMap(\.outputs) }

    /// Bytes of all weights in initializers.
    public var weightBytes: Int { stored.reduce(0) { $0.addingReportingOverflow($1.byteCount).partialValue } }

    /// The same model with every activation among its outputs, so that one run tells all types and shapes. The added
    /// outputs are untyped: the runtime infers them.
    public func exposingActivations() -> ONNXModel {
        var model = self
        let exposed = Set(proto.graph.output.map(\.name))
        for name in activationNames where !exposed.contains(name) {
            model.proto.graph.output.append(.with { $0.name = name })
        }
        return model
    }
}

extension ONNXModel.Value {
    init(_ info: Onnx_ValueInfoProto) {
        name = info.name
        elementType = TensorEncoding(code: Int(info.type.tensorType.elemType))?.elementType
        guard info.type.tensorType.hasShape else { return }
        dimensions = info.type.tensorType.shape.dim.map { dimension in
            switch dimension.value {
            case .dimValue(let extent) where extent >= 0: .fixed(Int(extent))
            case .dimValue, nil: .dynamic("")
            case .dimParam(let name): .dynamic(name)
            }
        }
    }

    /// `?x3x224xwidth`.
    var declaredShape: String {
        guard let dimensions else { return "of unknown rank" }
        let extents = dimensions.map { dimension in
            switch dimension {
            case .fixed(let extent): String(extent)
            case .dynamic(let name): name.isEmpty ? "?" : name
            }
        }
        return extents.isEmpty ? "scalar" : extents.joined(separator: "x")
    }
}
