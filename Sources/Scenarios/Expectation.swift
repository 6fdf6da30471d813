public import Sim

/// A bound that a person set on the outcome of a scenario: `adaptive.mean_ms: at most 1.05 of best-static`.
public struct Expectation: Hashable, Sendable {
    /// Whose figure is bounded.
    public var policy: PolicyName
    public var metric: RunMetric
    public var bound: Bound
    public var limit: Limit

    public init(policy: PolicyName, metric: RunMetric, bound: Bound, limit: Limit) {
        self.policy = policy
        self.metric = metric
        self.bound = bound
        self.limit = limit
    }

    public enum Bound: String, CaseIterable, Sendable {
        case exactly
        case atMost = "at most"
        case atLeast = "at least"
    }

    public enum Limit: Hashable, Sendable {
        case value(Double)
        /// So many times the same figure of another policy.
        case share(Double, of: PolicyName)
    }
}

extension Expectation: CustomStringConvertible {
    /// As a scenario says it.
    public var description: String {
        let words = bound == .exactly ? "" : "\(bound.rawValue) "
        return switch limit {
        case .value(let value): "\(policy).\(metric.rawValue): \(words)\(value)"
        case .share(let factor, let other): "\(policy).\(metric.rawValue): \(words)\(factor) of \(other)"
        }
    }
}
