import FoundationEssentials
public import Model

/// A network as the optimiser sees it, without its weights: layers after folding of batch normalisation and fusing of activations,
/// and what quantising each of them costs.
///
/// The tables of six networks are part of the program (`LayerTable.names`), written by `models/zoo/tables.py`. Their distortions
/// were measured on seeded initial weights, since trained ones cannot be shipped; the documents say so.
public struct LayerTable: Sendable {
    public let network: String
    /// What was measured, and on what.
    public let note: String
    /// One output for each layer.
    public let graph: LayerGraph
    public let distortions: LayerDistortions

    /// - Parameter source: how to name the document to a person.
    /// - Throws: `DocumentError`, which names the place: `layers[12].shape`.
    public static func decode(from data: Data, source: String) throws(DocumentError) -> LayerTable {
        let check = DocumentCheck(source: source)
        try check.version(of: data, is: Document.currentVersion)
        let document = try StableJSON.decode(Document.self, from: data, source: source)
        return try document.table(check)
    }
}

/// The mean squared error that quantising a layer's weights, or the activation that it writes, brings at a number of bits.
public struct LayerDistortions: Hashable, Sendable {
    /// The numbers of bits that are known, ascending.
    public let bits: [Int]
    private let weights: [[Double]]
    private let activations: [[Double]]

    /// - Parameters:
    ///   - weights: for each layer a value for each of `bits`; empty for a layer without weights.
    ///   - activations: for each layer a value for each of `bits`.
    public init(bits: [Int], weights: [[Double]], activations: [[Double]]) {
        precondition(weights.count == activations.count, "weights and activations are of the same layers")
        precondition(weights.allSatisfy { $0.isEmpty || $0.count == bits.count }, "one value for each number of bits")
        precondition(activations.allSatisfy { $0.count == bits.count }, "one value for each number of bits")
        self.bits = bits
        self.weights = weights
        self.activations = activations
    }

    /// Zero at 16 bits and more, which stand for floating point, and for layers without weights.
    public func ofWeights(_ layer: LayerIndex, at bits: Int) -> Double {
        weights[layer].isEmpty ? 0 : value(weights[layer], at: bits)
    }

    /// Zero at 16 bits and more, which stand for floating point.
    public func ofActivation(_ layer: LayerIndex, at bits: Int) -> Double { value(activations[layer], at: bits) }

    /// - Precondition: `bits` are known, or at least 16.
    private func value(_ values: [Double], at bits: Int) -> Double {
        guard bits < 16 else { return 0 }
        guard let position = self.bits.firstIndex(of: bits) else {
            preconditionFailure("no distortion is known at \(bits) bits")
        }
        return values[position]
    }
}
