public import Model

/// A condition that varies while the others stay.
public enum Condition: String, CaseIterable, Codable, Sendable {
    /// Bit/s.
    case uplink = "uplink_bps"
    /// Seconds.
    case rtt = "rtt_s"
    case edgeSlowdown = "edge_slowdown"
    case cloudSlowdown = "cloud_slowdown"
}

extension Conditions {
    /// These with one of them at another value, in the unit of the condition.
    public func with(_ condition: Condition, at value: Double) -> Conditions {
        var conditions = self
        switch condition {
        case .uplink: conditions.uplink = BitRate(bitsPerSecond: value)
        case .rtt: conditions.rtt = Nanoseconds(seconds: value)
        case .edgeSlowdown: conditions.edgeSlowdown = value
        case .cloudSlowdown: conditions.cloudSlowdown = value
        }
        return conditions
    }
}

/// An end of a range.
public struct Bound: Hashable, Codable, Sendable {
    /// In the unit of the condition; infinite where there is no end.
    public var value: Double
    /// Whether the value itself belongs to the range.
    public var isIncluded: Bool

    public init(_ value: Double, isIncluded: Bool) {
        self.value = value
        self.isIncluded = isIncluded
    }

    static let zero = Bound(0, isIncluded: true)
    static let unbounded = Bound(.infinity, isIncluded: false)
}

/// An interval of one condition within [0, ∞).
public struct ConditionRange: Hashable, Sendable {
    public var condition: Condition
    public var low: Bound
    public var high: Bound

    public init(_ condition: Condition, from low: Bound, to high: Bound) {
        self.condition = condition
        self.low = low
        self.high = high
    }

    public var isEmpty: Bool {
        low.value > high.value || (low.value == high.value && !(low.isIncluded && high.isIncluded))
    }

    /// Whether the condition may take any value at all.
    public var isUnlimited: Bool { low == .zero && high == .unbounded }

    public func contains(_ value: Double) -> Bool {
        (low.value < value || (low.value == value && low.isIncluded))
            && (value < high.value || (value == high.value && high.isIncluded))
    }
}
