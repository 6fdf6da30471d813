public import Model

/// Conditions that no device can meet.
public enum ConditionsError: InputError, Hashable {
    /// `name` is the condition as reports name it: `uplink_bps`.
    case outOfRange(name: String, value: Double)

    public var description: String {
        switch self {
        case .outOfRange(let name, let value): "conditions: '\(name)' is \(value); it must be finite and not negative"
        }
    }
}

extension Conditions {
    /// These conditions, provided that each is finite and not negative. An outage (uplink zero) is valid.
    public func validated() throws(ConditionsError) -> Conditions {
        let values = [
            ("uplink_bps", uplink.bitsPerSecond), ("downlink_bps", downlink.bitsPerSecond),
            ("rtt_ms", rtt.inMilliseconds), ("edge_slowdown", edgeSlowdown), ("cloud_slowdown", cloudSlowdown),
            ("cloud_queue_ms", cloudQueue.inMilliseconds),
        ]
        for (name, value) in values where !(value.isFinite && value >= 0) {
            throw .outOfRange(name: name, value: value)
        }
        return self
    }
}
