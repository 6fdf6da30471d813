import Model

extension LayerTable {
    /// The file format.
    struct Document: Decodable {
        static let currentVersion = 1

        struct Input: Decodable {
            var name: String
            var shape: TensorShape
        }

        struct Row: Decodable {
            var name: String
            var kind: String
            /// Names of layers, or of the input.
            var inputs: [String]
            /// Of the output, which bears the layer's name.
            var shape: TensorShape
            var parameters: Int?
            var macs: Int?
            var convolution: Convolution?
            var weightDistortion: [Double]?
            var activationDistortion: [Double]

            enum CodingKeys: String, CodingKey {
                case name, kind, inputs, shape, parameters, macs, convolution
                case weightDistortion = "weight_distortion", activationDistortion = "activation_distortion"
            }
        }

        var network: String
        var note: String
        var bits: [Int]
        var input: Input
        var layers: [Row]
    }
}

extension LayerTable.Document {
    func table(_ check: DocumentCheck) throws(DocumentError) -> LayerTable {
        try check.count(layers.count, "layers")
        let isAscending = zip(bits, bits.dropFirst()).allSatisfy { $0 < $1 }
        try check.require(
            isAscending && !bits.isEmpty && bits.allSatisfy((1..<16).contains), "bits",
            "are not ascending numbers from 1 to 15")
        for (index, layer) in layers.enumerated() { try self.check(layer, "layers[\(index)]", check) }
        return LayerTable(
            network: network, note: note, graph: try graph(check),
            distortions: LayerDistortions(
                bits: bits, weights: layers.map { $0.weightDistortion ?? [] },
                activations: layers.map(\.activationDistortion)))
    }

    private func check(_ layer: Row, _ place: String, _ check: DocumentCheck) throws(DocumentError) {
        try check.shape(layer.shape, of: .float32, place)
        for (count, key) in [(layer.parameters, "parameters"), (layer.macs, "macs")] {
            try check.bytes(count ?? 0, "\(place).\(key)")
        }
        try check.require(
            layer.convolution?.isValid ?? true, "\(place).convolution", "is not the geometry of a convolution")
        try distortion(layer.activationDistortion, "\(place).activation_distortion", check)
        if let weights = layer.weightDistortion {
            try distortion(weights, "\(place).weight_distortion", check)
        } else {
            try check.require(
                layer.parameters ?? 0 == 0, "\(place).weight_distortion", "is missing, but the layer has weights")
        }
    }

    private func distortion(_ values: [Double], _ place: String, _ check: DocumentCheck) throws(DocumentError) {
        try check.require(values.count == bits.count, place, "has \(values.count) values; 'bits' has \(bits.count)")
        try check.require(
            values.allSatisfy { $0 >= 0 && $0 < 1e30 }, place, "has a value that is no mean squared error")
        try check.require(
            zip(values, values.dropFirst()).allSatisfy { $0 >= $1 }, place, "grows with the number of bits")
    }

    private func graph(_ check: DocumentCheck) throws(DocumentError) -> LayerGraph {
        var position = [input.name: 0]
        var tensors = [Tensor(name: input.name, elementType: .float32, shape: input.shape)]
        var graphLayers: [Layer] = []
        var read = Set<TensorIndex>()
        for (index, layer) in layers.enumerated() {
            var inputs: [TensorIndex] = []
            for name in layer.inputs {
                guard let tensor = position[name] else {
                    throw DocumentError(
                        source: check.source, place: "layers[\(index)].inputs",
                        problem: "names '\(name)', which no earlier layer is")
                }
                if !inputs.contains(tensor) { inputs.append(tensor) }
            }
            read.formUnion(inputs)
            position[layer.name] = tensors.count
            let parameters = layer.parameters ?? 0
            graphLayers.append(
                Layer(
                    name: layer.name, kind: layer.kind, inputs: inputs, outputs: [tensors.count],
                    parameters: parameters, parameterBytes: parameters * 4, macs: layer.macs ?? 0,
                    convolution: layer.convolution))
            tensors.append(Tensor(name: layer.name, elementType: .float32, shape: layer.shape))
        }
        do throws(LayerGraphError) {
            return try LayerGraph(
                layers: graphLayers, tensors: tensors, inputs: [0],
                outputs: tensors.indices.filter { $0 > 0 && !read.contains($0) })
        } catch {
            throw DocumentError(source: check.source, place: "layers", problem: "make no graph: \(error)")
        }
    }
}
