public import Model

extension ONNXModel {
    /// The same model in the form of quantisation nodes (QDQ) of the ONNX standard, which any runtime loads: each weight as
    /// integers behind a DequantizeLinear with a scale for each output channel; where activations have ranges, a QuantizeLinear
    /// and a DequantizeLinear around what integer kernels can compute. Inputs and outputs stay as they are.
    ///
    /// Weights of convolutions and matrix products are quantised, all others stay floats; biases become 32-bit integers where the
    /// layer computes in integers. Equal models and precisions give equal bytes, on every machine.
    ///
    /// What a CPU does with it: ONNX Runtime 1.31.1 has 8-bit kernels, and fuses the nodes around a layer with 8-bit weights
    /// and 8-bit activations into one. It has none below 8 bits for convolutions: weights of 2 or 4 bits save bytes in the
    /// file and on the way to the device, but not time, nor memory while they run, since they are unpacked to floats.
    ///
    /// Scales for each channel need operator set 13, 4-bit weights 21 and 2-bit weights 25: the model is raised there.
    ///
    /// - Throws: `ONNXError` where weights cannot be read, or the model cannot be raised soundly.
    /// - Complexity: O(weights).
    public func quantised(to precision: HeadPrecision) throws(ONNXError) -> ONNXModel {
        guard !precision.isFloat else { return self }
        do throws(ONNXError.Problem) {
            return try QuantisedGraph(self, precision).model()
        } catch let problem {
            throw error(problem)
        }
    }

    /// Whether any layer of this model, quantised so, computes in integers.
    public func computesInIntegers(at precision: HeadPrecision) -> Bool {
        !IntegerLayers(self, weightSlots(at: precision), ranges: precision.activations).layers.isEmpty
    }
}

/// A model under quantisation: its graph is rebuilt layer by layer.
private struct QuantisedGraph {
    private let source: ONNXModel
    private var proto: Onnx_ModelProto
    private let slots: [Int: WeightSlot]
    private let integer: IntegerLayers
    private var names: UniqueNames
    /// Made here; they follow the initializers that stay.
    private var added: [Onnx_TensorProto] = []
    private var nodes: [Onnx_NodeProto] = []
    /// Scales of weights already written, by initializer.
    private var scales: [Int: [Float]] = [:]

    init(_ model: ONNXModel, _ precision: HeadPrecision) throws(ONNXError.Problem) {
        source = model
        proto = model.proto
        slots = model.weightSlots(at: precision)
        integer = IntegerLayers(model, slots, ranges: precision.activations)
        names = UniqueNames(Array(model.topology.writers.keys) + model.proto.graph.node.map(\.name))
        let narrowest = slots.values.map(\.bits).min() ?? 32
        let operatorSet = narrowest == 2 ? 25 : narrowest == 4 ? 21 : 13
        guard !slots.isEmpty else { return }
        added = try proto.raiseOperatorSet(to: operatorSet, &names)
        proto.raiseFormat(for: operatorSet)
    }

    consuming func model() throws(ONNXError.Problem) -> ONNXModel {
        quantiseInputs()
        nodes += source.topology.weightNodes.map { proto.graph.node[$0] }
        for index in source.topology.layers.indices { try appendLayer(index) }
        var model = proto
        model.graph.node = nodes
        let read = Set(nodes.flatMap(\.input))
        let kept = proto.graph.initializer.indices.filter {
            scales[$0] == nil && read.contains(proto.graph.initializer[$0].name)
        }
        model.graph.initializer = kept.map { proto.graph.initializer[$0] } + added
        return try ONNXModel(
            name: source.name, source: source.source, proto: model,
            stored: kept.map { source.stored[$0] } + added.map { StoredElements($0) })
    }

    // MARK: Activations

    /// An input keeps its name, so its readers read the quantised one by another.
    private mutating func quantiseInputs() {
        for input in source.inputs.map(\.name) {
            guard let scale = integer.activations[input] else { continue }
            let rounded = names.make("\(input).rounded")
            appendRounding(of: input, to: rounded, scale, named: input)
            for position in proto.graph.node.indices {
                for slot in proto.graph.node[position].input.indices
                where proto.graph.node[position].input[slot] == input {
                    proto.graph.node[position].input[slot] = rounded
                }
            }
        }
    }

    /// A QuantizeLinear and a DequantizeLinear from one tensor to another.
    private mutating func appendRounding(
        of tensor: String, to rounded: String, _ scale: ActivationScale, named name: String
    ) {
        let step = Onnx_TensorProto(names.make("\(name).scale"), scalar: scale.scale)
        let zero = Onnx_TensorProto(names.make("\(name).zero"), scalar: scale.zeroPoint)
        added += [step, zero]
        let codes = names.make("\(name).codes")
        nodes += [
            Onnx_NodeProto(
                "QuantizeLinear", names.make("\(name).quantise"), inputs: [tensor, step.name, zero.name],
                outputs: [codes]),
            Onnx_NodeProto(
                "DequantizeLinear", names.make("\(name).dequantise"), inputs: [codes, step.name, zero.name],
                outputs: [rounded]),
        ]
    }

    // MARK: Layers

    private mutating func appendLayer(_ index: Int) throws(ONNXError.Problem) {
        let layer = source.topology.layers[index]
        var node = proto.graph.node[layer.node]
        if let slot = slots[index] {
            let isInteger = integer.layers.contains(index)
            let scale = isInteger ? layer.inputs.first.flatMap { integer.activations[$0] } : nil
            let bias = try scale == nil ? nil : floatBias(of: node)
            let channels = try appendWeight(slot, as: node.input[1], for: bias, scale)
            if let scale, let bias { node.input[2] = appendBias(bias, of: node, scale, channels) }
        }
        // Whoever reads a tensor, or takes it as an output, finds it rounded under its own name.
        for (position, output) in node.output.enumerated() {
            guard let scale = integer.activations[output] else { continue }
            let computed = names.make("\(output).computed")
            node.output[position] = computed
            nodes.append(node)
            appendRounding(of: computed, to: output, scale, named: output)
            return
        }
        nodes.append(node)
    }

    private func floatBias(of node: Onnx_NodeProto) throws(ONNXError.Problem) -> [Float]? {
        guard let position = source.floatBias(of: node) else { return nil }
        return try source.floats(ofInitializer: position)
    }

    /// Writes a weight as integers under the name that its readers know, once.
    ///
    /// - Returns: its scales.
    private mutating func appendWeight(
        _ slot: WeightSlot, as name: String, for bias: [Float]?, _ input: ActivationScale?
    ) throws(ONNXError.Problem) -> [Float] {
        if let written = scales[slot.initializer] { return written }
        let extents = proto.graph.initializer[slot.initializer].dims.map(Int.init)
        let weight = ChannelQuantisation(
            try source.floats(ofInitializer: slot.initializer), extents: extents, axis: slot.axis, bits: slot.bits,
            leastScale: bias.flatMap { Self.leastScales(for: $0, input, channels: extents[slot.axis]) })
        let codes = Onnx_TensorProto(names.make("\(name).codes"), weight)
        let steps = Onnx_TensorProto(names.make("\(name).scale"), floats: weight.scales)
        added += [codes, steps]
        var inputs = [codes.name, steps.name]
        if input != nil {
            // Zero is what a missing one means; the runtime's integer kernels want it written.
            let zeros = Onnx_TensorProto(
                names.make("\(name).zero"), dims: [weight.scales.count], code: codes.dataType,
                raw: [UInt8](repeating: 0, count: weight.scales.count))
            added.append(zeros)
            inputs.append(zeros.name)
        }
        let unpacked = slot.bits == 2 && !integer.layers.isEmpty ? names.make("\(name).unpacked") : name
        nodes.append(
            Onnx_NodeProto(
                "DequantizeLinear", names.make("\(name).dequantise"), inputs: inputs, outputs: [unpacked],
                axis: slot.axis))
        if unpacked != name { keepApart(unpacked, name) }
        scales[slot.initializer] = weight.scales
        return weight.scales
    }

    /// ONNX Runtime 1.31.1 makes one layer of a 2-bit weight's DequantizeLinear and those of activations around it, and has no
    /// kernel for that layer. A sum of one term between them, which it leaves alone, keeps it from doing so.
    private mutating func keepApart(_ unpacked: String, _ name: String) {
        nodes.append(Onnx_NodeProto("Sum", names.make("\(name).apart"), inputs: [unpacked], outputs: [name]))
    }

    /// What a scale must be at least for the bias, a multiple of both scales, to fit in 31 bits.
    private static func leastScales(for bias: [Float], _ input: ActivationScale?, channels: Int) -> [Float]? {
        guard let input, bias.count == channels else { return nil }
        return bias.map { abs($0) / input.scale / 0x1p30 }
    }

    private mutating func appendBias(
        _ bias: [Float], of node: Onnx_NodeProto, _ input: ActivationScale, _ channels: [Float]
    ) -> String {
        let steps = bias.indices.map { input.scale * channels[$0] }
        let codes = zip(bias, steps).map { Int32(min(max(($0 / $1).rounded(), -0x1p30), 0x1p30)) }
        let rounded = names.make("\(node.name).bias.rounded")
        let integers = Onnx_TensorProto(names.make("\(node.name).bias.codes"), int32s: codes)
        let scale = Onnx_TensorProto(names.make("\(node.name).bias.scale"), floats: steps)
        added += [integers, scale]
        nodes.append(
            Onnx_NodeProto(
                "DequantizeLinear", names.make("\(node.name).bias.dequantise"), inputs: [integers.name, scale.name],
                outputs: [rounded], axis: 0))
        return rounded
    }
}
