import FoundationEssentials
public import Model

/// What the runtime's own profiler saw. Times hold for the optimisation level that the session had; only up to `.basic` are the
/// nodes those of the model.
public struct LayerProfile: Hashable, Sendable {
    /// In order of execution.
    public var nodes: [NodeTiming]
    /// The whole runs, in order.
    public var runs: [Nanoseconds]

    /// One node of the graph over all profiled runs.
    public struct NodeTiming: Hashable, Sendable {
        /// The node's name; operator and index where the model gives none. Not unique unless the model's names are.
        public var name: String
        /// The operator, such as `Conv`.
        public var kind: String
        /// Position in the runtime's graph.
        public var index: Int
        /// Of its kernel, one for each run; the profiler counts whole microseconds.
        public var durations: [Nanoseconds]
        /// As the first run had them; an optional output that the model leaves out is not there.
        public var outputs: [Output]
    }

    public struct Output: Hashable, Sendable {
        public var elementType: ElementType
        public var shape: TensorShape
    }

    /// Reads the file that `Session.endProfiling` wrote.
    public init(contentsOf path: String) throws(InferenceError) {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw .badProfile(reason: "\(path) cannot be read")
        }
        try self.init(json: Array(bytes))
    }

    /// Reads the profiler's JSON, an array of events.
    ///
    /// - Complexity: O(bytes).
    public init(json bytes: [UInt8]) throws(InferenceError) {
        let events: [ProfileEvent]
        do {
            events = try JSONDecoder().decode([ProfileEvent].self, from: Data(bytes))
        } catch {
            throw .badProfile(reason: "not the runtime's JSON (cut short, perhaps)")
        }
        var nodes: [NodeTiming] = []
        var runs: [Nanoseconds] = []
        var positions: [NodeKey: Int] = [:]
        for event in events {
            if event.isRun { runs.append(try event.duration()) }
            guard let key = event.nodeKey else { continue }
            if let position = positions[key] {
                nodes[position].durations.append(try event.duration())
            } else {
                positions[key] = nodes.count
                nodes.append(try NodeTiming(key, first: event))
            }
        }
        self.nodes = nodes
        self.runs = runs
    }
}

extension LayerProfile.NodeTiming {
    fileprivate init(_ key: NodeKey, first event: ProfileEvent) throws(InferenceError) {
        name = key.name
        index = key.index
        kind = event.args?.kind ?? ""
        durations = [try event.duration()]
        outputs = []
        for output in event.args?.outputs ?? [] {
            guard output.count == 1, let (typeName, shape) = output.first,
                let elementType = ElementType(runtimeName: typeName)
            else { throw .badProfile(reason: "node \(key.name) has an output that is no tensor of numbers") }
            outputs.append(LayerProfile.Output(elementType: elementType, shape: shape))
        }
    }
}

private struct NodeKey: Hashable {
    var name: String
    var index: Int
}

/// One event of the profiler's JSON.
private struct ProfileEvent: Decodable {
    struct Arguments: Decodable {
        var kind: String?
        var index: String?
        /// Each `{"float": [1, 3, 224, 224]}`.
        var outputs: [[String: TensorShape]]?

        enum CodingKeys: String, CodingKey {
            case kind = "op_name", index = "node_index", outputs = "output_type_shape"
        }
    }

    var category: String
    var name: String
    var microseconds: Int64
    var args: Arguments?

    enum CodingKeys: String, CodingKey { case category = "cat", name, microseconds = "dur", args }

    var isRun: Bool { category == "Session" && name == "model_run" }

    /// `nil` for what is not the run of a node's kernel.
    var nodeKey: NodeKey? {
        let suffix = "_kernel_time"
        guard category == "Node", name.hasSuffix(suffix), let index = args?.index.flatMap({ Int($0) }) else {
            return nil
        }
        return NodeKey(name: String(name.dropLast(suffix.count)), index: index)
    }

    func duration() throws(InferenceError) -> Nanoseconds {
        let (count, overflow) = microseconds.multipliedReportingOverflow(by: 1_000)
        guard !overflow, count >= 0 else { throw .badProfile(reason: "\(name) has an impossible duration") }
        return Nanoseconds(count)
    }
}
