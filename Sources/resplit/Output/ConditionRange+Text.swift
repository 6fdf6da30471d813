import Model
import Optimizer

extension ConditionRange {
    /// The key in JSON, with its unit.
    var key: String { condition == .rtt ? "rtt_ms" : condition.rawValue }

    /// A bound in the unit of `key`.
    func shown(_ bound: Bound) -> Double { condition == .rtt ? bound.value * 1000 : bound.value }

    /// `uplink > 2.10 Mbit/s`.
    var sentence: String {
        let name =
            switch condition {
            case .uplink: "uplink"
            case .rtt: "RTT"
            case .edgeSlowdown: "edge slowdown"
            case .cloudSlowdown: "cloud slowdown"
            }
        if isUnlimited { return "\(name): whatever it is" }
        if isEmpty { return "\(name): at no value" }
        let low = low.value == 0 && low.isIncluded ? nil : "\(name) \(low.isIncluded ? ">=" : ">") \(text(low))"
        let high = high.value == .infinity ? nil : "\(name) \(high.isIncluded ? "<=" : "<") \(text(high))"
        return [low, high].compactMap { $0 }.joined(separator: " and ")
    }

    private func text(_ bound: Bound) -> String {
        switch condition {
        case .uplink: Format.rate(BitRate(bitsPerSecond: bound.value))
        case .rtt: Format.milliseconds(bound.value * 1000)
        case .edgeSlowdown, .cloudSlowdown: Format.fixed(bound.value, 2)
        }
    }
}
