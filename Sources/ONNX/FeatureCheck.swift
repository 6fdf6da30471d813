import Model
import SwiftProtobuf

extension Onnx_ModelProto {
    /// Refuses what cannot be cut, or is no standard ONNX.
    func checkFeatures() throws(ONNXError.Problem) {
        try checkOperatorSet()
        if let function = functions.first { throw .modelFunction(function.name) }
        if !graph.sparseInitializer.isEmpty { throw .sparse("sparse initializer 0") }
        for (position, node) in graph.node.enumerated() {
            try node.checkFeatures(name: node.name.isEmpty ? "\(node.opType)_\(position)" : node.name)
        }
        for input in graph.input { try input.checkInput() }
        for output in graph.output where output.hasType {
            try output.checkIsTensor(as: "output '\(output.name)'", isTypeOptional: true)
        }
    }

    private func checkOperatorSet() throws(ONNXError.Problem) {
        let versions = Set(opsetImport.filter { Operators.isStandard(domain: $0.domain) }.map { Int($0.version) })
        guard !versions.isEmpty else { throw .noOperatorSet }
        if let version = versions.sorted().first(where: { !Operators.supportedSets.contains($0) }) {
            throw .operatorSet(version)
        }
        guard versions.count == 1 else {
            throw .malformed(reason: "it names two versions of the ONNX operators")
        }
    }
}

extension Onnx_NodeProto {
    fileprivate func checkFeatures(name: String) throws(ONNXError.Problem) {
        guard Operators.isStandard(domain: domain) else {
            throw .unknownOperator("\(domain).\(opType)", node: name)
        }
        if Operators.controlFlow.contains(opType) || attribute.contains(where: { $0.hasG || !$0.graphs.isEmpty }) {
            throw .controlFlow(opType, node: name)
        }
        if Operators.notTensor.contains(opType) { throw .notTensor("what node '\(name)' ('\(opType)') handles") }
        guard Operators.tensor.contains(opType) else { throw .unknownOperator(opType, node: name) }
        for attribute in attribute {
            if attribute.hasSparseTensor { throw .sparse(name) }
            for tensor in attribute.tensors + (attribute.hasT ? [attribute.t] : []) {
                guard tensor.dataLocation != Onnx_TensorProto.externalLocation else {
                    throw .externalAttribute(node: name)
                }
                _ = try tensor.checkedByteCount(of: name, count: ElementCount(tensor))
            }
        }
    }
}

extension Onnx_ValueInfoProto {
    fileprivate func checkInput() throws(ONNXError.Problem) {
        try checkIsTensor(as: "input '\(name)'", isTypeOptional: false)
        let code = Int(type.tensorType.elemType)
        guard TensorEncoding(code: code)?.elementType != nil else { throw .elementType(code, tensor: name) }
        guard let extents = ONNXModel.Value(self).extents else { return }
        guard LargestTensor.elementCount(of: extents) != nil else { throw .dimensions(extents, tensor: name) }
    }

    fileprivate func checkIsTensor(as place: String, isTypeOptional: Bool) throws(ONNXError.Problem) {
        guard type.hasTensorType || (isTypeOptional && type.unknownFields.data.isEmpty) else { throw .notTensor(place) }
    }
}
