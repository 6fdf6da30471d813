import Model
public import Sim

/// In what a scenario is not as it should be.
public enum ScenarioDifference: Hashable, Sendable {
    /// There is no record.
    case notRecorded
    /// Nobody has looked at the record.
    case notReviewed
    /// A run that only one side has.
    case unmatched(PolicyName, seed: UInt64, isRecorded: Bool)
    case metric(PolicyName, seed: UInt64, RunMetric, recorded: Double?, now: Double?)
    /// The first decision that differs; `nil` where one side has no more.
    case decision(seed: UInt64, number: Int, recorded: RecordedDecision?, now: RecordedDecision?)
    /// How many decisions there were, with those that records leave out.
    case decisionCount(seed: UInt64, recorded: Int?, now: Int?)
    /// A bound that a person set does not hold.
    case expectation(Expectation, seed: UInt64, value: Double?, limit: Double?)
}

extension ScenarioDifference: CustomStringConvertible {
    /// One line for a person.
    public var description: String {
        switch self {
        case .notRecorded: "nothing is recorded; run resplit scenario record, and review what it writes"
        case .notReviewed:
            "the record was not reviewed; compare \(ScenarioRecord.fileName) with the one before, then set \"reviewed\" to true"
        case .unmatched(let policy, let seed, let isRecorded):
            "\(policy), seed \(seed): \(isRecorded ? "is recorded, but did not run" : "ran, but is not recorded")"
        case .metric(let policy, let seed, let metric, let recorded, let now):
            "\(policy), seed \(seed): \(metric.rawValue) is \(Self.text(now)), was \(Self.text(recorded))"
                + Self.change(from: recorded, to: now)
        case .decision(let seed, let number, let recorded, let now):
            "adaptive, seed \(seed): decision \(number) is \(Self.text(now)); was \(Self.text(recorded))"
        case .decisionCount(let seed, let recorded, let now):
            "adaptive, seed \(seed): decisions, with those to stay, are \(Self.text(now.map(Double.init))), were "
                + Self.text(recorded.map(Double.init))
        case .expectation(let expectation, let seed, let value, let limit):
            "seed \(seed): expected \(expectation)\(Self.comparison(expectation, limit)), but it is \(Self.text(value))"
        }
    }

    private static func text(_ value: Double?) -> String { value.map(number) ?? "missing" }

    private static func text(_ decision: RecordedDecision?) -> String {
        decision.map { "[\($0)]" } ?? "missing"
    }

    private static func number(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// ` (+5.9 %)`.
    private static func change(from old: Double?, to new: Double?) -> String {
        guard let old, let new, old != 0 else { return "" }
        let tenths = ((new - old) / old * 1000).rounded()
        guard tenths.isFinite else { return "" }
        return " (\(tenths < 0 ? "" : "+")\(tenths / 10) %)"
    }

    private static func comparison(_ expectation: Expectation, _ limit: Double?) -> String {
        guard case .share = expectation.limit else { return "" }
        return " (\(text(limit)))"
    }
}
