import Model

/// Builds ONNX models for tests: a writer of the few protobuf messages that they need, by the public field numbers of onnx.proto.
struct TinyModel {
    var nodes: [[UInt8]] = []
    var inputs: [[UInt8]] = []
    var outputs: [[UInt8]] = []
    var initializers: [[UInt8]] = []

    /// `nil` is a dynamic extent.
    mutating func input(_ name: String, _ type: ElementType, _ extents: [Int?]) {
        inputs.append(Self.valueInfo(name, Self.tensorType(Self.code(of: type), extents)))
    }

    mutating func output(_ name: String, _ type: ElementType, _ extents: [Int?]) {
        outputs.append(Self.valueInfo(name, Self.tensorType(Self.code(of: type), extents)))
    }

    mutating func stringInput(_ name: String) { inputs.append(Self.valueInfo(name, Self.tensorType(8, [1]))) }
    mutating func stringOutput(_ name: String) { outputs.append(Self.valueInfo(name, Self.tensorType(8, [1]))) }

    /// A sequence of float tensors.
    mutating func sequenceOutput(_ name: String) {
        let element = Wire.message(1, Self.tensorType(1, [1]))
        outputs.append(Self.valueInfo(name, Wire.message(4, element)))
    }

    mutating func node(_ kind: String, _ name: String, from sources: [String], to targets: [String]) {
        let fields = sources.map { Wire.text(1, $0) } + targets.map { Wire.text(2, $0) }
        nodes.append(Array(fields.joined()) + Wire.text(3, name) + Wire.text(4, kind))
    }

    mutating func weight(_ name: String, _ values: [Float], _ extents: [Int]) {
        initializers.append(
            Self.weightHead(name, extents) + Wire.message(9, values.withUnsafeBytes(Array.init)))
    }

    /// A weight whose bytes lie in the file `location` beside the model.
    mutating func externalWeight(_ name: String, location: String, _ extents: [Int]) {
        let entry = Wire.text(1, "location") + Wire.text(2, location)
        initializers.append(Self.weightHead(name, extents) + Wire.message(13, entry) + Wire.number(14, 1))
    }

    /// The model's file: IR version 8, operator set 17.
    var bytes: [UInt8] {
        var graph = Array(nodes.map { Wire.message(1, $0) }.joined()) + Wire.text(2, "tiny")
        graph += initializers.map { Wire.message(5, $0) }.joined()
        graph += inputs.map { Wire.message(11, $0) }.joined()
        graph += outputs.map { Wire.message(12, $0) }.joined()
        return Wire.number(1, 8) + Wire.message(7, graph) + Wire.message(8, Wire.text(1, "") + Wire.number(2, 17))
    }

    private static func weightHead(_ name: String, _ extents: [Int]) -> [UInt8] {
        Array(extents.map { Wire.number(1, UInt64($0)) }.joined()) + Wire.number(2, 1) + Wire.text(8, name)
    }

    private static func valueInfo(_ name: String, _ type: [UInt8]) -> [UInt8] {
        Wire.text(1, name) + Wire.message(2, type)
    }

    private static func tensorType(_ code: UInt64, _ extents: [Int?]) -> [UInt8] {
        let shape = extents.enumerated().map { index, extent in
            Wire.message(1, extent.map { Wire.number(1, UInt64($0)) } ?? Wire.text(2, "d\(index)"))
        }
        return Wire.message(1, Wire.number(1, code) + Wire.message(2, Array(shape.joined())))
    }

    /// `TensorProto.DataType` of onnx.proto.
    private static func code(of type: ElementType) -> UInt64 {
        switch type {
        case .float32: 1
        case .uint8: 2
        case .int8: 3
        case .uint16: 4
        case .int16: 5
        case .int32: 6
        case .int64: 7
        case .bool: 9
        case .float16: 10
        case .float64: 11
        case .uint32: 12
        case .uint64: 13
        case .bfloat16: 16
        }
    }
}

/// Fields of a protobuf message.
private enum Wire {
    static func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] { varint(field << 3) + varint(value) }

    static func message(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        varint(field << 3 | 2) + varint(UInt64(bytes.count)) + bytes
    }

    static func text(_ field: UInt64, _ text: String) -> [UInt8] { message(field, Array(text.utf8)) }
}

extension TinyModel {
    /// `y = x + 1`, float, of the given extents.
    static func increment(_ extents: [Int?] = [2, 3]) -> TinyModel {
        var model = TinyModel()
        model.input("x", .float32, extents)
        model.output("y", .float32, extents)
        model.weight("one", [1], [1])
        model.node("Add", "add", from: ["x", "one"], to: ["y"])
        return model
    }

    /// `product = a x b`, extents dynamic.
    static var product: TinyModel {
        var model = TinyModel()
        model.input("a", .float32, [nil, nil])
        model.input("b", .float32, [nil, nil])
        model.output("product", .float32, [nil, nil])
        model.node("MatMul", "multiply", from: ["a", "b"], to: ["product"])
        return model
    }

    /// `sum = a + b` in float and `square = n * n` in int64.
    static var twoByTwo: TinyModel {
        var model = TinyModel()
        model.input("a", .float32, [3])
        model.input("b", .float32, [3])
        model.input("n", .int64, [2])
        model.output("sum", .float32, [3])
        model.output("square", .int64, [2])
        model.node("Add", "add", from: ["a", "b"], to: ["sum"])
        model.node("Mul", "multiply", from: ["n", "n"], to: ["square"])
        return model
    }

    /// A small perceptron: `y = relu(x w1) w2`, with weights counted up from zero.
    static var perceptron: TinyModel {
        var model = TinyModel()
        model.input("x", .float32, [1, 16])
        model.output("y", .float32, [1, 8])
        model.weight("w1", (0..<512).map { Float($0 % 7) - 3 }, [16, 32])
        model.weight("w2", (0..<256).map { Float($0 % 5) - 2 }, [32, 8])
        model.node("MatMul", "first", from: ["x", "w1"], to: ["h"])
        model.node("Relu", "relu", from: ["h"], to: ["r"])
        model.node("MatMul", "second", from: ["r", "w2"], to: ["y"])
        return model
    }
}
