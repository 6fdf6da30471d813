public import Model

extension ONNXModel {
    /// Bytes of the file that `quantised(to:)` makes, within five percent, without reading a weight: the file of floats, where
    ///
    /// - each weight held as integers takes `elements * bits / 8` bytes in place of `4 * elements`, plus 4 for each output
    ///   channel's scale, plus 95 and five times its name's length for the node and its names;
    /// - each weight of 2 bits, where any layer is an integer layer, adds 60 and four times its name's length;
    /// - each activation rounded to 8 bits adds 150 and twelve times its name's length;
    /// - each weight of an integer layer adds a byte for each channel's zero point, 20, and twice its name's length;
    /// - each bias of an integer layer adds 4 bytes an element for its scales, 140, and six times its layer's name's length.
    ///
    /// Bits are those stored, `HeadPrecision.storedBits(of:)`: six bits take the bytes of eight.
    ///
    /// - Throws: `ONNXError` above 2 GiB.
    /// - Complexity: linear in the size of the structure.
    public func promisedBytes(at precision: HeadPrecision) throws(ONNXError) -> Int {
        let slots = weightSlots(at: precision)
        let integer = IntegerLayers(self, slots, ranges: precision.activations)
        var bytes = try byteCount()
        for slot in Set(slots.values) {
            let tensor = proto.graph.initializer[slot.initializer]
            let elements = stored[slot.initializer].byteCount / 4
            bytes += (elements * slot.bits + 7) / 8 - elements * 4
            bytes += 4 * Int(tensor.dims[slot.axis]) + 95 + 5 * tensor.name.utf8.count
            if slot.bits == 2, !integer.layers.isEmpty { bytes += 60 + 4 * tensor.name.utf8.count }
        }
        for name in integer.activations.keys { bytes += 150 + 12 * name.utf8.count }
        for index in integer.layers {
            let node = proto.graph.node[topology.layers[index].node]
            guard let slot = slots[index] else { continue }
            let weight = proto.graph.initializer[slot.initializer]
            bytes += Int(weight.dims[slot.axis]) + 20 + 2 * weight.name.utf8.count
            guard let bias = floatBias(of: node) else { continue }
            bytes += stored[bias].byteCount + 140 + 6 * node.name.utf8.count
        }
        return bytes
    }

    /// Bytes of the model as one file.
    ///
    /// - Throws: `ONNXError` above 2 GiB.
    public func byteCount() throws(ONNXError) -> Int {
        do {
            return try ModelLayout(self, externalData: .inlined).byteCount
        } catch {
            throw self.error(error as? ONNXError.Problem ?? .tooLarge(what: "it does not fit the protobuf form"))
        }
    }
}
