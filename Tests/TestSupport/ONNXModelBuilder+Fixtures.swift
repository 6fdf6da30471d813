public import Model

/// A small model and the shapes of its activations, all `float32`, in topological order.
public struct ONNXFixture: Sendable, CustomStringConvertible {
    public var description: String
    public var builder: ONNXModelBuilder
    /// Inputs of the model among them.
    public var shapes: [(name: String, shape: TensorShape)]

    public var bytes: [UInt8] { builder.bytes() }

    public var tensors: [String: (ElementType, TensorShape)] {
        Dictionary(uniqueKeysWithValues: shapes.map { ($0.name, (ElementType.float32, $0.shape)) })
    }

    private init(_ name: String, _ builder: ONNXModelBuilder, _ shapes: KeyValuePairs<String, [Int]>) {
        description = name
        self.builder = builder
        self.shapes = shapes.map { (name: $0.key, shape: TensorShape($0.value)) }
    }

    /// Two residual blocks, the second with a projection on its shortcut, and a classifier: 11 layers. Input `image`, output
    /// `logits`.
    public static let residual: ONNXFixture = {
        var model = ONNXModelBuilder()
        model.input("image", [1, 3, 8, 8])
        model.output("logits", [1, 5])
        model.convolution("stem", "image", "a", [4, 3, 3, 3], seed: 1)
        model.node("Relu", ["a"], ["b"], name: "stem/relu")
        model.convolution("block1", "b", "c", [4, 4, 3, 3], seed: 2)
        model.node("Add", ["c", "b"], ["d"], name: "block1/add")
        model.node("Relu", ["d"], ["e"], name: "block1/relu")
        model.convolution("block2", "e", "f", [6, 4, 3, 3], seed: 3)
        model.convolution("shortcut", "e", "g", [6, 4, 1, 1], seed: 4)
        model.node("Add", ["f", "g"], ["h"], name: "block2/add")
        model.node("GlobalAveragePool", ["h"], ["i"], name: "pool")
        model.node("Flatten", ["i"], ["j"], name: "flatten")
        model.weight("classifier.weight", [5, 6], seed: 5)
        model.weight("classifier.bias", [5], seed: 6)
        model.node(
            "Gemm", ["j", "classifier.weight", "classifier.bias"], ["logits"], name: "classifier",
            attributes: [.int("transB", 1)])
        return ONNXFixture(
            "residual", model,
            [
                "image": [1, 3, 8, 8], "a": [1, 4, 8, 8], "b": [1, 4, 8, 8], "c": [1, 4, 8, 8], "d": [1, 4, 8, 8],
                "e": [1, 4, 8, 8], "f": [1, 6, 8, 8], "g": [1, 6, 8, 8], "h": [1, 6, 8, 8], "i": [1, 6, 1, 1],
                "j": [1, 6], "logits": [1, 5],
            ])
    }()

    /// Branches that meet in a `Concat`, one of them from the input itself; a weight that two layers share; weights behind
    /// `Constant`, `Identity` and `Mul`; two outputs; a node that leads nowhere: 11 layers. Input `image`, outputs `logits` and
    /// `map`.
    public static let branching: ONNXFixture = {
        var model = ONNXModelBuilder()
        model.input("image", [1, 3, 8, 8])
        model.output("logits", [1, 5])
        model.output("map", [1, 4, 8, 8])
        model.convolution("stem", "image", "a", [4, 3, 3, 3], seed: 11)
        model.weight("shared", [4, 4, 1, 1], seed: 12)
        model.node("Conv", ["a", "shared"], ["b"], name: "left")
        model.node("Relu", ["b"], ["map"], name: "left/relu")
        model.convolution("middle", "a", "c", [4, 4, 3, 3], seed: 13)
        model.node("Conv", ["c", "shared"], ["d"], name: "middle/shared")
        model.node("Constant", [], ["scale"], name: "scale", attributes: [.tensor("value", [4, 1, 1], [1, 2, 3, 4])])
        model.node("Identity", ["scale"], ["scale.same"], name: "scale/same")
        model.node("Mul", ["scale.same", "scale"], ["scale.squared"], name: "scale/squared")
        model.node("Mul", ["d", "scale.squared"], ["e"], name: "middle/scaled")
        model.node("Tanh", ["image"], ["f"], name: "right")
        model.node("Sigmoid", ["a"], ["nowhere"], name: "dead")
        model.node("Concat", ["map", "e", "f"], ["g"], name: "join", attributes: [.int("axis", 1)])
        model.node("GlobalAveragePool", ["g"], ["h"], name: "pool")
        model.weight("classifier.weight", [11, 5], seed: 14)
        model.weight("flat", [2], int64s: [1, 11])
        model.node("Reshape", ["h", "flat"], ["i"], name: "flatten")
        model.node("MatMul", ["i", "classifier.weight"], ["logits"], name: "classifier")
        return ONNXFixture(
            "branching", model,
            [
                "image": [1, 3, 8, 8], "a": [1, 4, 8, 8], "b": [1, 4, 8, 8], "map": [1, 4, 8, 8], "c": [1, 4, 8, 8],
                "d": [1, 4, 8, 8], "e": [1, 4, 8, 8], "f": [1, 3, 8, 8], "g": [1, 11, 8, 8], "h": [1, 11, 1, 1],
                "i": [1, 11], "logits": [1, 5],
            ])
    }()
}

extension ONNXModelBuilder {
    /// Input `x`, weight `w1`, tensor `a`, weight `w2`, of which the last element is given, tensor `b`, output `y`.
    public static func twoProducts(endingIn element: Float) -> ONNXModelBuilder {
        var model = ONNXModelBuilder()
        model.input("x", [1, 4])
        model.output("y", [1, 4])
        model.weight("w1", [4, 4], seed: 1)
        model.weight("w2", [4, 4], floats: [Float](repeating: 0.25, count: 15) + [element])
        model.node("MatMul", ["x", "w1"], ["a"], name: "first")
        model.node("MatMul", ["a", "w2"], ["b"], name: "second")
        model.node("Neg", ["b"], ["y"], name: "third")
        return model
    }

    /// A convolution that keeps height and width, with a bias, and its weights.
    fileprivate mutating func convolution(
        _ name: String, _ input: String, _ output: String, _ extents: [Int], seed: UInt64
    ) {
        weight("\(name).weight", extents, seed: seed)
        weight("\(name).bias", [extents[0]], seed: seed + 100)
        let padding = extents[2] / 2
        node(
            "Conv", [input, "\(name).weight", "\(name).bias"], [output], name: name,
            attributes: [.ints("pads", [padding, padding, padding, padding])])
    }
}
