public import Model
import SwiftProtobuf

extension ONNXModel {
    /// The same model with every input's shape known. A dimension's name stands for one extent everywhere.
    ///
    /// - Parameter shapes: for inputs with dynamic dimensions; a given shape must agree with the extents that are declared.
    /// - Throws: `ONNXError` for a name that is no input, a shape that contradicts the model, or an input left dynamic.
    public func binding(shapes: [String: TensorShape]) throws(ONNXError) -> ONNXModel {
        let inputs = inputs
        let known = inputs.map(\.name)
        if let stranger = shapes.keys.sorted().first(where: { !known.contains($0) }) {
            throw error(.unknownInput(stranger, known: known))
        }
        do throws(ONNXError.Problem) {
            var extents: [String: Int] = [:]
            for input in inputs {
                if let shape = shapes[input.name] { try input.match(shape, extents: &extents) }
            }
            var model = self
            for (position, input) in zip(topology.inputs, inputs) {
                let shape = try input.resolved(given: shapes[input.name], extents: extents)
                model.proto.graph.input[position].type.tensorType.shape = Onnx_TensorShapeProto(shape)
            }
            for position in proto.graph.output.indices {
                model.proto.graph.output[position].substitute(extents)
            }
            for position in proto.graph.valueInfo.indices {
                model.proto.graph.valueInfo[position].substitute(extents)
            }
            return model
        } catch let problem {
            throw error(problem)
        }
    }
}

extension ONNXModel.Value {
    /// Checks `shape` against what is declared, and learns the extents of named dimensions.
    fileprivate func match(_ shape: TensorShape, extents: inout [String: Int]) throws(ONNXError.Problem) {
        guard let dimensions else { return }
        let conflict = ONNXError.Problem.shapeConflict(input: name, declared: declaredShape, given: "\(shape)")
        guard dimensions.count == shape.extents.count else { throw conflict }
        for (dimension, extent) in zip(dimensions, shape.extents) {
            switch dimension {
            case .fixed(let declared):
                guard declared == extent else { throw conflict }
            case .dynamic(let parameter) where !parameter.isEmpty:
                guard extents.updateValue(extent, forKey: parameter) ?? extent == extent else { throw conflict }
            case .dynamic: break
            }
        }
    }

    fileprivate func resolved(
        given: TensorShape?, extents: [String: Int]
    ) throws(ONNXError.Problem) -> TensorShape {
        let dimensions = given.map { $0.extents.map(ONNXModel.Dimension.fixed) } ?? dimensions
        let bound = dimensions.map {
            $0.map { dimension in
                guard case .dynamic(let parameter) = dimension, let extent = extents[parameter] else {
                    return dimension
                }
                return .fixed(extent)
            }
        }
        var value = self
        value.dimensions = bound
        guard let extents = value.extents else {
            throw .dynamicDimensions(input: name, declared: value.declaredShape, example: value.exampleShape)
        }
        guard let shape = value.shape else { throw .dimensions(extents, tensor: name) }
        return shape
    }

    /// A shape that a person may have meant: a batch of one, images of 224 by 224.
    var exampleShape: String {
        guard let dimensions else { return "1x3x224x224" }
        let extents = dimensions.enumerated().map { position, dimension in
            if case .fixed(let extent) = dimension { String(extent) } else { position == 0 ? "1" : "224" }
        }
        return extents.joined(separator: "x")
    }
}

extension Onnx_ValueInfoProto {
    init(_ tensor: Tensor) {
        self.init()
        name = tensor.name
        type.tensorType.elemType = TensorEncoding.code(of: tensor.elementType)
        type.tensorType.shape = Onnx_TensorShapeProto(tensor.shape)
    }

    fileprivate mutating func substitute(_ extents: [String: Int]) {
        guard type.tensorType.hasShape else { return }
        for position in type.tensorType.shape.dim.indices {
            let dimension = type.tensorType.shape.dim[position]
            if case .dimParam(let parameter)? = dimension.value, let extent = extents[parameter] {
                type.tensorType.shape.dim[position].value = .dimValue(Int64(extent))
            }
        }
    }
}

extension Onnx_TensorShapeProto {
    init(_ shape: TensorShape) {
        self.init()
        dim = shape.extents.map { extent in .with { $0.dimValue = Int64(extent) } }
    }
}
