import Model

/// Builds ONNX models in memory, field by field of the public format, valid or not: nothing is checked.
public struct ONNXModelBuilder: Sendable {
    public enum Attribute: Sendable {
        case int(String, Int)
        case ints(String, [Int])
        case float(String, Float)
        /// A constant of type `float32`.
        case tensor(String, [Int], [Float])
        /// An empty sub-graph.
        case graph(String)
    }

    public enum Dimension: Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
        case fixed(Int)
        case dynamic(String)

        public init(integerLiteral value: Int) { self = .fixed(value) }
        public init(stringLiteral value: String) { self = .dynamic(value) }
    }

    /// Version of the format.
    public var irVersion = 8
    /// Domain and version; the empty domain is the standard one.
    public var operatorSets: [(domain: String, version: Int)] = [("", 17)]
    /// Fields of `GraphProto`, in the order added; further fields may be appended by number.
    public var graph = WireMessage()
    /// Fields of `ModelProto` that follow the graph.
    public var trailer = WireMessage()

    public init() { graph.add(2, "test") }

    public mutating func input(_ name: String, _ dimensions: [Dimension], type: Int = 1) {
        graph.add(11, Self.valueInfo(name, dimensions, type: type))
    }

    public mutating func output(_ name: String, _ dimensions: [Dimension], type: Int = 1) {
        graph.add(12, Self.valueInfo(name, dimensions, type: type))
    }

    /// A weight with seeded values, uniform and scaled so that sums over all but the first extent stay near one.
    public mutating func weight(_ name: String, _ extents: [Int], seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let fanIn = max(1, extents.dropFirst().reduce(1, *))
        let scale = Float(3 / Double(fanIn)).squareRoot()
        let values = (0..<extents.reduce(1, *)).map { _ in Float.random(in: -scale...scale, using: &random) }
        weight(name, extents, floats: values)
    }

    public mutating func weight(_ name: String, _ extents: [Int], floats: [Float]) {
        weight(name, extents, type: 1, raw: floats.withUnsafeBytes(Array.init))
    }

    public mutating func weight(_ name: String, _ extents: [Int], int64s: [Int64]) {
        weight(name, extents, type: 7, raw: int64s.withUnsafeBytes(Array.init))
    }

    public mutating func weight(_ name: String, _ extents: [Int], type: Int, raw: [UInt8]) {
        var tensor = Self.tensor(extents, type: type)
        tensor.add(8, name)
        tensor.add(9, raw)
        graph.add(5, tensor)
    }

    /// A `float32` weight whose elements lie in another file.
    public mutating func externalWeight(
        _ name: String, _ extents: [Int], location: String, offset: Int, length: Int
    ) {
        var tensor = Self.tensor(extents, type: 1)
        tensor.add(8, name)
        for (key, value) in [("location", location), ("offset", "\(offset)"), ("length", "\(length)")] {
            var entry = WireMessage()
            entry.add(1, key)
            entry.add(2, value)
            tensor.add(13, entry)
        }
        tensor.add(14, 1)
        graph.add(5, tensor)
    }

    public mutating func node(
        _ kind: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String = "",
        attributes: [Attribute] = []
    ) {
        var node = WireMessage()
        for input in inputs { node.add(1, input) }
        for output in outputs { node.add(2, output) }
        if !name.isEmpty { node.add(3, name) }
        node.add(4, kind)
        for attribute in attributes { node.add(5, Self.attribute(attribute)) }
        if !domain.isEmpty { node.add(7, domain) }
        graph.add(1, node)
    }

    /// The file.
    public func bytes() -> [UInt8] {
        var model = WireMessage()
        model.add(1, irVersion)
        model.add(7, graph)
        for (domain, version) in operatorSets {
            var set = WireMessage()
            set.add(1, domain)
            set.add(2, version)
            model.add(8, set)
        }
        return model.bytes + trailer.bytes
    }

    private static func tensor(_ extents: [Int], type: Int) -> WireMessage {
        var tensor = WireMessage()
        for extent in extents { tensor.add(1, extent) }
        tensor.add(2, type)
        return tensor
    }

    private static func valueInfo(_ name: String, _ dimensions: [Dimension], type: Int) -> WireMessage {
        var shape = WireMessage()
        for dimension in dimensions {
            var message = WireMessage()
            switch dimension {
            case .fixed(let extent): message.add(1, extent)
            case .dynamic(let parameter): message.add(2, parameter)
            }
            shape.add(1, message)
        }
        var tensorType = WireMessage()
        tensorType.add(1, type)
        tensorType.add(2, shape)
        var typeMessage = WireMessage()
        typeMessage.add(1, tensorType)
        var info = WireMessage()
        info.add(1, name)
        info.add(2, typeMessage)
        return info
    }

    private static func attribute(_ attribute: Attribute) -> WireMessage {
        var message = WireMessage()
        switch attribute {
        case .int(let name, let value):
            message.add(1, name)
            message.add(3, value)
            message.add(20, 2)
        case .ints(let name, let values):
            message.add(1, name)
            for value in values { message.add(8, value) }
            message.add(20, 7)
        case .float(let name, let value):
            message.add(1, name)
            message.add(2, value)
            message.add(20, 1)
        case .tensor(let name, let extents, let values):
            var tensor = tensor(extents, type: 1)
            tensor.add(9, values.withUnsafeBytes(Array.init))
            message.add(1, name)
            message.add(5, tensor)
            message.add(20, 4)
        case .graph(let name):
            message.add(1, name)
            message.add(6, WireMessage())
            message.add(20, 5)
        }
        return message
    }
}
