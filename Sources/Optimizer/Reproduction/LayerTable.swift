public import FoundationEssentials
public import Model

/// A network as the optimiser sees it, without its weights: layers after folding of batch normalisation and fusing of
/// activations, and what quantising each of them costs.
///
/// The tables of six networks are part of the program (`LayerTable.names`), written by `models/zoo/tables.py`. Their
/// distortions were measured on seeded initial weights, since trained ones cannot be shipped; the documents say so.
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
