import Foundation
import Sim

/// The outcomes as JSON.
struct Document: Encodable {
    var summary: Summary
    var matches: [Outcome]

    init(_ outcomes: [Outcome]) {
        summary = Summary(outcomes)
        matches = outcomes
    }

    /// What was printed earlier, maybe by another version, by match; of two of the same the first.
    ///
    /// - Throws: `Stranger`, and what reading and decoding throw.
    static func outcomes(at path: String) throws -> [Outcome.Key: Outcome] {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let matches = try decoder.decode(Matches.self, from: Data(contentsOf: URL(filePath: path))).matches
        for outcome in matches where outcome.causal.map(\.policy) != Match.causal.map(\.description) {
            throw Stranger(policies: outcome.causal.map(\.policy))
        }
        return Dictionary(matches.map { ($0.match, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Outcomes of other policies than those that compete now, or in another order.
    struct Stranger: Error {
        var policies: [String]
    }

    private struct Matches: Decodable {
        var matches: [Outcome]
    }

    func print() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        Swift.print(String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}
