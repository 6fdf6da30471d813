import Model

/// What holding a layer's weights as integers of each width does to them.
public struct WeightDistortion: Hashable, Sendable {
    /// The layer's name.
    public var layer: String
    public var elements: Int
    public var channels: Int
    /// Mean squared error of an element, by bit width.
    public var meanSquaredErrors: [Int: Double]
}

/// A weight that can be held as integers.
public struct QuantisableWeight: Hashable, Sendable {
    /// Names of the layers that read it, in the layers' order. They need the same bits, or the weight stays floats.
    public var layers: [String]
    public var elements: Int
}

extension ONNXModel {
    /// The weights that `quantised(to:)` would quantise, in the order of the layers that first read them.
    ///
    /// - Complexity: linear in the size of the structure.
    public var quantisableWeights: [QuantisableWeight] {
        let slots = weightSlots(at: HeadPrecision(weights: .eightBits))
        var positions: [Int: Int] = [:]
        var weights: [QuantisableWeight] = []
        for (index, layer) in topology.layers.enumerated() {
            guard let slot = slots[index] else { continue }
            let name = proto.graph.node[layer.node].name
            if let position = positions[slot.initializer] {
                weights[position].layers.append(name)
            } else {
                positions[slot.initializer] = weights.count
                let elements = stored[slot.initializer].byteCount / 4
                weights.append(QuantisableWeight(layers: [name], elements: elements))
            }
        }
        return weights
    }

    /// The weights that `quantised(to:)` would quantise, each for the first layer that reads it, in the layers' order.
    ///
    /// - Throws: `ONNXError` where weights cannot be read.
    /// - Complexity: O(weights · widths).
    public func weightDistortions(bits: ClosedRange<Int>) throws(ONNXError) -> [WeightDistortion] {
        let slots = weightSlots(at: HeadPrecision(weights: .eightBits))
        var seen = Set<Int>()
        var distortions: [WeightDistortion] = []
        for (index, layer) in topology.layers.enumerated() {
            guard let slot = slots[index], seen.insert(slot.initializer).inserted else { continue }
            let values: [Float]
            do throws(ONNXError.Problem) {
                values = try floats(ofInitializer: slot.initializer)
            } catch {
                throw self.error(error)
            }
            let extents = proto.graph.initializer[slot.initializer].dims.map(Int.init)
            let errors = bits.map { width in
                let weight = ChannelQuantisation(values, extents: extents, axis: slot.axis, bits: width)
                return (width, weight.squaredError / Double(values.count))
            }
            distortions.append(
                WeightDistortion(
                    layer: proto.graph.node[layer.node].name, elements: values.count, channels: extents[slot.axis],
                    meanSquaredErrors: Dictionary(uniqueKeysWithValues: errors)))
        }
        return distortions
    }
}
