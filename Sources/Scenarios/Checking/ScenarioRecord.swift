public import Controller
public import FoundationEssentials
public import Model
public import Sim

/// What a scenario came to when it was recorded: `expected.json` in its folder.
public struct ScenarioRecord: Hashable, Codable, Sendable {
    public static let fileName = "expected.json"
    /// Of the file format.
    public static let currentVersion = 1

    public var version = Self.currentVersion
    /// Whether a person has looked at it since it was recorded. A check fails until then.
    public var reviewed = false
    public var runs: [Run]

    public struct Run: Hashable, Codable, Sendable {
        public var policy: PolicyName
        public var seed: UInt64
        public var summary: RunSummary
        /// Of the product's own policy, all but those to stay and the ends of moves, which repeat their beginnings: the first 500
        /// by their time, at the same time in the order of the devices. Of other policies `nil`.
        public var decisions: [RecordedDecision]?
        /// Of all decisions.
        public var decisionCount: Int?

        enum CodingKeys: String, CodingKey {
            case policy, seed, summary, decisions, decisionCount = "decision_count"
        }

        init(_ run: ScenarioRun) {
            (policy, seed, summary) = (run.policy, run.seed, run.summary)
            guard policy == .adaptive else { return }
            decisions = RecordedDecision.first(of: run.result)
            decisionCount = run.result.devices.reduce(0) { $0 + $1.decisions.count }
        }
    }

    public init(_ runs: [ScenarioRun]) { self.runs = runs.map(Run.init) }

    /// - Throws: `DocumentError`.
    public static func decode(from data: Data, source: String) throws(DocumentError) -> ScenarioRecord {
        let record = try StableJSON.decode(ScenarioRecord.self, from: data, source: source)
        guard record.version == currentVersion else {
            throw DocumentError(
                source: source, place: "version",
                problem: "is \(record.version); this program reads version \(currentVersion)")
        }
        return record
    }
}

/// A decision as far as records hold it.
public struct RecordedDecision: Hashable, Codable, Sendable {
    public var device: String
    public var time: Instant
    public var kind: Decision.Kind
    public var from: String?
    public var to: String?
    public var reason: String

    enum CodingKeys: String, CodingKey { case device, time = "time_ns", kind, from, to, reason }

    /// So that a file stays one that is looked at.
    private static let most = 500

    static func first(of result: RunResult) -> [RecordedDecision] {
        let decisions = result.devices.flatMap { device in
            device.decisions.filter { $0.kind != .stayed && $0.kind != .moved }.map {
                RecordedDecision(
                    device: device.name, time: $0.time, kind: $0.kind, from: $0.from, to: $0.to, reason: $0.reason)
            }
        }
        // Sorting keeps the order of equals.
        return Array(decisions.sorted { $0.time < $1.time }.prefix(most))
    }
}

extension RecordedDecision: CustomStringConvertible {
    /// `12.345 s camera moving edge-only -> block@4: uplink rose`.
    public var description: String {
        let plans = [from, to].compactMap(\.self).joined(separator: " -> ")
        let words = [device, kind.rawValue, plans].filter { !$0.isEmpty }.joined(separator: " ")
        return "\(Double(time.nanoseconds / 1_000_000) / 1000) s \(words): \(reason)"
    }
}
