import Inference
public import Model
import ONNX

/// Heads whose weights are integers. Edge and cloud build the same head from the model file and the plan's `HeadPrecision`.
extension SplitModel {
    /// The head of a cut as an ONNX file in memory.
    ///
    /// - Throws: `ONNXError`; `SplitError.emptyHalf` where the cut leaves the head without a layer, `.unknownLayer` where the
    ///   precision names a layer that the model does not have.
    public func head(of partition: Partition, precision: HeadPrecision) throws -> [UInt8] {
        try quantisedHead(of: partition, precision).serialized()
    }

    /// Bytes of that file, within five percent, without making it; see `ONNXModel.promisedBytes(at:)`.
    ///
    /// - Throws: as `head(of:precision:)`.
    public func promisedHeadBytes(of partition: Partition, precision: HeadPrecision) throws -> Int {
        try floatHead(of: partition, precision).promisedBytes(at: precision)
    }

    /// How a head of this precision is to be run: integers in the file, and integer kernels only where there are any.
    ///
    /// Where no layer computes in integers, the weights are unpacked once, when the session is made, and it runs as fast as the
    /// float head, and as large in memory. Left to itself the runtime would unpack them for every frame, and round the
    /// activations of matrix products to 8 bits unasked. Where layers do compute in integers, processors whose 8-bit
    /// products saturate (x86 without VNNI) are told to use exact kernels, which are slower.
    ///
    /// - Throws: as `head(of:precision:)`.
    func headOptions(_ partition: Partition, _ precision: HeadPrecision, threads: Int) throws -> SessionOptions {
        var options = SessionOptions(intraOpThreads: threads)
        guard !precision.isFloat else { return options }
        if try computesInIntegers(partition, precision) {
            if Device.saturatesByteProducts { options.configEntries["session.x64quantprecision"] = "1" }
            options.configEntries["session.qdq_matmulnbits_accuracy_level"] = "1"
        } else {
            options.configEntries["session.disable_quant_qdq"] = "1"
        }
        return options
    }

    /// Whether any layer of this head computes in integers.
    ///
    /// - Throws: as `head(of:precision:)`.
    public func computesInIntegers(_ partition: Partition, _ precision: HeadPrecision) throws -> Bool {
        try floatHead(of: partition, precision).computesInIntegers(at: precision)
    }

    /// The weights of a cut's head that can be held as integers.
    ///
    /// - Throws: as `head(of:precision:)`.
    func quantisableWeights(of partition: Partition) throws -> [QuantisableWeight] {
        try floatHead(of: partition, .float).quantisableWeights
    }

    func quantisedHead(of partition: Partition, _ precision: HeadPrecision) throws -> ONNXModel {
        try floatHead(of: partition, precision).quantised(to: precision)
    }

    private func floatHead(of partition: Partition, _ precision: HeadPrecision) throws -> ONNXModel {
        let layers = Set(graph.layers.map(\.name))
        if let stranger = precision.layers.keys.filter({ !layers.contains($0) }).min() {
            throw SplitError.unknownLayer(stranger)
        }
        guard let head = try working.halves(of: partition, in: graph).head else {
            throw SplitError.emptyHalf(side: "head")
        }
        return head.model
    }
}
