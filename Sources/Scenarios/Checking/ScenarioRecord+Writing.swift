public import FoundationEssentials
import Model

extension ScenarioRecord {
    /// The file: JSON with a line for each run's figures and for each decision, so that a difference between two files reads well.
    /// Equal records give equal bytes.
    public func encode() throws -> Data {
        var text = "{\n  \"version\": \(version),\n  \"reviewed\": \(reviewed),\n  \"runs\": ["
        for (index, run) in runs.enumerated() {
            text +=
                "\(index == 0 ? "" : ",")\n    {\n      \"policy\": \(try Self.line(run.policy)), \"seed\": \(run.seed),"
            text += "\n      \"summary\": \(try Self.line(run.summary))"
            if let count = run.decisionCount { text += ",\n      \"decision_count\": \(count)" }
            if let decisions = run.decisions {
                let lines = try decisions.map { "\n        " + (try Self.line($0)) }
                text += ",\n      \"decisions\": [\(lines.joined(separator: ","))\(lines.isEmpty ? "" : "\n      ")]"
            }
            text += "\n    }"
        }
        return Data((text + "\n  ]\n}\n").utf8)
    }

    private static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
