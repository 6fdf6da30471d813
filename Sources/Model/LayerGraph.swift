/// A network as a directed acyclic graph: layers in a topological order, and the tensors that run between them.
///
/// Invariants, checked on construction: names are unique; every tensor is either an input of the graph or the output of
/// exactly one layer; a layer reads only inputs and outputs of earlier layers; the outputs of the graph exist.
public struct LayerGraph: Hashable, Sendable {
    public let layers: [Layer]
    public let tensors: [Tensor]
    /// Tensors that the caller supplies.
    public let inputs: [TensorIndex]
    /// Tensors that the caller wants.
    public let outputs: [TensorIndex]
    /// For each tensor the layer that writes it; `nil` for an input of the graph.
    public let producer: [LayerIndex?]
    /// For each tensor the layers that read it, ascending.
    public let consumers: [[LayerIndex]]

    /// - Throws: `LayerGraphError` where an invariant does not hold.
    public init(
        layers: [Layer], tensors: [Tensor], inputs: [TensorIndex], outputs: [TensorIndex]
    ) throws(LayerGraphError) {
        var producer = [LayerIndex?](repeating: nil, count: tensors.count)
        var consumers = [[LayerIndex]](repeating: [], count: tensors.count)
        var available = [Bool](repeating: false, count: tensors.count)
        func check(_ tensor: TensorIndex) throws(LayerGraphError) {
            guard tensors.indices.contains(tensor) else { throw .noSuchTensor(index: tensor) }
        }
        try Self.checkUnique(tensors.map(\.name))
        try Self.checkUnique(layers.map(\.name))
        for input in inputs {
            try check(input)
            guard !available[input] else { throw .writtenTwice(tensor: tensors[input].name) }
            available[input] = true
        }
        for (index, layer) in layers.enumerated() {
            for input in layer.inputs {
                try check(input)
                guard available[input] else {
                    throw .readBeforeWritten(tensor: tensors[input].name, layer: layer.name)
                }
                if consumers[input].last != index { consumers[input].append(index) }
            }
            for output in layer.outputs {
                try check(output)
                guard !available[output] else { throw .writtenTwice(tensor: tensors[output].name) }
                available[output] = true
                producer[output] = index
            }
        }
        for output in outputs {
            try check(output)
            guard available[output] else { throw .neverWritten(tensor: tensors[output].name) }
        }
        self.layers = layers
        self.tensors = tensors
        self.inputs = inputs
        self.outputs = outputs
        self.producer = producer
        self.consumers = consumers
    }

    private static func checkUnique(_ names: [String]) throws(LayerGraphError) {
        var seen = Set<String>()
        for name in names where !seen.insert(name).inserted { throw .nameTwice(name) }
    }

    /// Sum over the layers.
    public var macs: Int { layers.reduce(0) { $0 + $1.macs } }
    /// Sum over the layers.
    public var parameters: Int { layers.reduce(0) { $0 + $1.parameters } }

    /// - Complexity: linear in the number of tensors.
    public func tensorIndex(named name: String) -> TensorIndex? {
        tensors.firstIndex { $0.name == name }
    }
}

/// Why layers and tensors do not make a graph.
public enum LayerGraphError: InputError, Hashable {
    case noSuchTensor(index: Int)
    case nameTwice(String)
    case writtenTwice(tensor: String)
    case readBeforeWritten(tensor: String, layer: String)
    case neverWritten(tensor: String)

    public var description: String {
        switch self {
        case .noSuchTensor(let index): "the graph names tensor number \(index), which it does not have"
        case .nameTwice(let name): "the name '\(name)' stands for two things; names in a graph are unique"
        case .writtenTwice(let tensor): "tensor '\(tensor)' is written twice"
        case .readBeforeWritten(let tensor, let layer):
            "layer '\(layer)' reads '\(tensor)' before any layer has written it (a cycle, or layers out of order)"
        case .neverWritten(let tensor): "the graph's output '\(tensor)' is written by no layer"
        }
    }
}
