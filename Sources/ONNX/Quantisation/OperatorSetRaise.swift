import Model
import SwiftProtobuf

/// Raising a model to a later version of the standard operators without changing what it computes.
///
/// From version 13 to 25 the operators' schemas change incompatibly in these alone (found by comparing the attributes, defaults,
/// inputs and outputs of every operator's versions): the reductions take their axes as an input since 18; Split asks for its
/// number of outputs since 18, where no sizes are given; BatchNormalization has other outputs in training since 14; RoiAlign
/// has another default since 16; DFT takes its axis as an input and GridSample names its modes otherwise since 20;
/// GroupNormalization scales channels, no longer groups, since 21. The first two are rewritten, the others refused.
enum OperatorSetRaise {
    /// The version from which on this knows every change.
    static let lowest = 13
    /// The version up to which this knows every change.
    static let highest = 25

    static let reductions: Set<String> = [
        "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
        "ReduceSumSquare",
    ]

    /// The first version with another meaning, by operator.
    static let refused = ["RoiAlign": 16, "DFT": 20, "GridSample": 20, "GroupNormalization": 21]

    /// Versions of the file format that know an operator set, ascending.
    private static let formats: [(operatorSet: Int, irVersion: Int64)] = [
        (13, 7), (15, 8), (19, 9), (21, 10), (23, 11), (25, 13),
    ]

    static func irVersion(for operatorSet: Int) -> Int64 {
        formats.last { $0.operatorSet <= operatorSet }?.irVersion ?? 7
    }
}

extension Onnx_ModelProto {
    /// Does nothing where the model is at `version` or above already.
    ///
    /// - Parameter names: of all tensors; grows by those of new ones.
    /// - Returns: the tensors that became weights, to be added to the initializers.
    /// - Throws: `ONNXError.Problem.cannotRaise` naming the node whose meaning would change.
    mutating func raiseOperatorSet(
        to version: Int, _ names: inout UniqueNames
    ) throws(ONNXError.Problem) -> [Onnx_TensorProto] {
        guard let setPosition = opsetImport.firstIndex(where: { Operators.isStandard(domain: $0.domain) }) else {
            throw .noOperatorSet
        }
        let present = Int(opsetImport[setPosition].version)
        guard present < version else { return [] }
        precondition(version <= OperatorSetRaise.highest, "no further changes of operators are known")
        guard present >= OperatorSetRaise.lowest else {
            throw .cannotRaise(from: present, to: version, node: nil)
        }
        var weights: [Onnx_TensorProto] = []
        for position in graph.node.indices {
            guard let added = graph.node[position].raise(from: present, to: version, &names) else {
                throw .cannotRaise(from: present, to: version, node: graph.node[position].name)
            }
            weights += added
        }
        opsetImport[setPosition].version = Int64(version)
        return weights
    }
}

extension Onnx_ModelProto {
    /// Raises the version of the file format to one that knows an operator set. Since version 4 a weight that is also an input may
    /// be overridden, and is no constant: such inputs go.
    mutating func raiseFormat(for operatorSet: Int) {
        irVersion = max(irVersion, OperatorSetRaise.irVersion(for: operatorSet))
        let weights = Set(graph.initializer.map(\.name))
        graph.input.removeAll { weights.contains($0.name) }
    }
}

extension Onnx_NodeProto {
    /// - Returns: weights that the node now reads; `nil` where its meaning would change.
    fileprivate mutating func raise(
        from present: Int, to version: Int, _ names: inout UniqueNames
    ) -> [Onnx_TensorProto]? {
        if let change = OperatorSetRaise.refused[opType], present < change, version >= change { return nil }
        if opType == "BatchNormalization", present < 14, output.count > 1 { return nil }
        guard present < 18, version >= 18 else { return [] }
        if opType == "Split", input.count < 2 || input[1].isEmpty {
            attribute.append(.integer("num_outputs", output.count))
        }
        guard OperatorSetRaise.reductions.contains(opType),
            let axes = attribute.firstIndex(where: { $0.name == "axes" })
        else { return [] }
        let axisNumbers = attribute.remove(at: axes).ints
        // Without axes, before and after, all are reduced.
        guard !axisNumbers.isEmpty else { return [] }
        let tensor = Onnx_TensorProto(names.make("\(name).axes"), int64s: axisNumbers)
        input.append(tensor.name)
        return [tensor]
    }
}

extension Onnx_AttributeProto {
    static func integer(_ name: String, _ value: Int) -> Onnx_AttributeProto {
        .with {
            $0.name = name
            $0.i = Int64(value)
            $0.type = 2
        }
    }
}
