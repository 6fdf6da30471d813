/// Which nodes of an ONNX graph are layers, in which order they run, and which only prepare weights.
///
/// A node prepares a weight when it reads nothing but weights and is not random (`Constant`, `Identity` of a weight, …): its
/// output is the same for every inference. Every other node from which an output of the graph can be reached is a layer.
struct Topology: Sendable {
    struct LayerNode: Sendable {
        /// Position in the graph's nodes.
        var node: Int
        /// Activations read, each once.
        var inputs: [String]
        /// Activations written that a layer or the caller reads.
        var outputs: [String]
        /// Weights read, each once.
        var weights: [String]
    }

    enum Writer: Hashable {
        case input
        case initializer(Int)
        case node(Int)
    }

    /// In topological order: the file's where that is one.
    private(set) var layers: [LayerNode] = []
    /// Positions of the nodes that prepare weights, in topological order.
    private(set) var weightNodes: [Int] = []
    /// Positions of the graph's inputs that are not also weights.
    private(set) var inputs: [Int] = []
    /// Who writes a tensor.
    private(set) var writers: [String: Writer] = [:]

    /// - Complexity: linear in the nodes and their inputs.
    init(_ graph: Onnx_GraphProto) throws(ONNXError.Problem) {
        try collectWriters(graph)
        let order = try Self.sorted(graph, writers)
        var isWeight = [Bool](repeating: false, count: graph.node.count)
        for position in order {
            let node = graph.node[position]
            isWeight[position] =
                !Operators.random.contains(node.opType)
                && node.input.allSatisfy { $0.isEmpty || isWeightTensor($0, isWeight) }
        }
        weightNodes = order.filter { isWeight[$0] }
        try collectLayers(graph, order: order, isWeight: isWeight)
    }

    private mutating func collectWriters(_ graph: Onnx_GraphProto) throws(ONNXError.Problem) {
        func add(_ name: String, _ writer: Writer) throws(ONNXError.Problem) {
            guard writers.updateValue(writer, forKey: name) == nil else { throw .nameTwice(name) }
        }
        for (position, weight) in graph.initializer.enumerated() {
            guard !weight.name.isEmpty else { throw .unnamed(what: "initializer \(position)") }
            try add(weight.name, .initializer(position))
        }
        var seen = Set<String>()
        for (position, input) in graph.input.enumerated() {
            guard !input.name.isEmpty else { throw .unnamed(what: "input \(position)") }
            guard seen.insert(input.name).inserted else { throw .nameTwice(input.name) }
            guard writers[input.name] == nil else { continue }
            try add(input.name, .input)
            inputs.append(position)
        }
        for (position, node) in graph.node.enumerated() {
            for output in node.output where !output.isEmpty {
                guard !seen.contains(output) else { throw .nameTwice(output) }
                try add(output, .node(position))
            }
        }
    }

    /// Depth first in the file's order, so that a file already in order stays so.
    private static func sorted(
        _ graph: Onnx_GraphProto, _ writers: [String: Writer]
    ) throws(ONNXError.Problem) -> [Int] {
        enum Mark { case new, open, done }
        var marks = [Mark](repeating: .new, count: graph.node.count)
        var order: [Int] = []
        var path: [(node: Int, nextInput: Int)] = []
        for start in graph.node.indices where marks[start] == .new {
            path.append((start, 0))
            marks[start] = .open
            while let (position, nextInput) = path.last {
                let node = graph.node[position]
                guard nextInput < node.input.count else {
                    marks[position] = .done
                    order.append(position)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].nextInput += 1
                let input = node.input[nextInput]
                guard !input.isEmpty else { continue }
                guard let writer = writers[input] else { throw .undefinedTensor(input, node: node.name) }
                guard case .node(let producer) = writer else { continue }
                switch marks[producer] {
                case .new:
                    marks[producer] = .open
                    path.append((producer, 0))
                case .open: throw .cycle(node: node.name)
                case .done: break
                }
            }
        }
        return order
    }

    private func isWeightTensor(_ name: String, _ isWeightNode: [Bool]) -> Bool {
        switch writers[name] {
        case .initializer: true
        case .node(let position): isWeightNode[position]
        case .input, nil: false
        }
    }

    private mutating func collectLayers(
        _ graph: Onnx_GraphProto, order: [Int], isWeight: [Bool]
    ) throws(ONNXError.Problem) {
        guard !graph.output.isEmpty else { throw .noOutputs }
        var wanted = Set<String>()
        for output in graph.output {
            guard case .node(let position) = writers[output.name], !isWeight[position] else {
                throw .notComputed(output: output.name)
            }
            guard wanted.insert(output.name).inserted else { throw .nameTwice(output.name) }
        }
        for position in order.reversed() where !isWeight[position] {
            let node = graph.node[position]
            let outputs = node.output.filter { wanted.contains($0) }
            guard !outputs.isEmpty else { continue }
            var layer = LayerNode(node: position, inputs: [], outputs: outputs, weights: [])
            var seen = Set<String>()
            for input in node.input where !input.isEmpty && seen.insert(input).inserted {
                if isWeightTensor(input, isWeight) {
                    layer.weights.append(input)
                } else {
                    layer.inputs.append(input)
                    wanted.insert(input)
                }
            }
            layers.append(layer)
        }
        layers.reverse()
    }

    /// Visits the initializers and nodes behind the weights `names` that `visited` does not hold yet, and adds them to it.
    func visitWeights(
        _ names: [String], in graph: Onnx_GraphProto, visited: inout Set<Writer>, _ body: (Writer) -> Void
    ) {
        var pending = names
        while let name = pending.popLast() {
            guard let writer = writers[name], visited.insert(writer).inserted else { continue }
            body(writer)
            if case .node(let position) = writer { pending += graph.node[position].input.filter { !$0.isEmpty } }
        }
    }
}
