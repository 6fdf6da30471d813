import Foundation

/// The outcomes as JSON.
struct Document: Encodable {
    var summary: Summary
    var matches: [Outcome]

    init(_ outcomes: [Outcome]) {
        summary = Summary(outcomes)
        matches = outcomes
    }

    /// What was printed earlier, maybe by another version.
    init(contentsOf path: String) throws {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        self.init(try decoder.decode(Matches.self, from: Data(contentsOf: URL(filePath: path))).matches)
    }

    private struct Matches: Decodable {
        var matches: [Outcome]
    }

    var byKey: [Outcome.Key: Outcome] {
        Dictionary(matches.map { ($0.match, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func print() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        Swift.print(String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}
