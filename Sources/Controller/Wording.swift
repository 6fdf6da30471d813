import Model

/// A plan as a person calls it.
func phrase(_ id: String?, _ plan: Plan?) -> String {
    guard let id else { return "an unknown plan" }
    guard let plan else { return "'\(id)', which this plan set lacks," }
    if plan.isEdgeOnly { return "the edge alone" }
    return plan.isCloudOnly ? "the cloud alone (\(id))" : "split at \(id)"
}

/// `84 ms`; one decimal below 10, `no answer` where infinite.
func milliseconds(_ value: Double) -> String {
    guard value.isFinite else { return "no answer" }
    return "\(short(value)) ms"
}

/// Three significant digits at most, as far as a person needs them.
func short(_ value: Double) -> String {
    let magnitude = abs(value)
    guard magnitude < 1e15 else { return "\(value)" }
    if magnitude >= 10 { return "\(Int64(value.rounded()))" }
    let scale = magnitude >= 1 ? 10.0 : 100.0
    let rounded = (value * scale).rounded() / scale
    return rounded == rounded.rounded() ? "\(Int64(rounded))" : "\(rounded)"
}

/// Text from outside, made fit for one line of a journal: control characters are blanks, and what is long is cut.
func oneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars.prefix(200) {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: line.unicodeScalars.append(" ")
        default: line.unicodeScalars.append(scalar)
        }
    }
    return line
}

/// What changed most since the plan in force was chosen, by ratio; without a change of a tenth, or without a past, the
/// conditions as they are.
func changeText(from past: Conditions?, to present: Conditions) -> String {
    struct Quantity {
        var name: String
        var past: Double
        var present: Double
        /// Below this a change means little.
        var floor: Double
        var unit: String

        var ratio: Double {
            let (low, high) = (min(past, present) + floor, max(past, present) + floor)
            return high / low
        }
    }
    func quantities(_ conditions: Conditions) -> [Double] {
        [
            conditions.uplink.inMbps, conditions.rtt.inMilliseconds, conditions.edgeSlowdown,
            conditions.cloudSlowdown, conditions.cloudQueue.inMilliseconds, conditions.downlink.inMbps,
        ]
    }
    let names = [
        ("uplink", 0.05, " Mbit/s"), ("RTT", 5, " ms"), ("edge slowdown", 0.1, ""), ("cloud slowdown", 0.1, ""),
        ("cloud queue", 5, " ms"), ("downlink", 0.05, " Mbit/s"),
    ]
    let now = quantities(present)
    let still = "uplink \(short(now[0])) Mbit/s, RTT \(short(now[1])) ms, edge slowdown \(short(now[2]))"
    guard let past else { return still }
    let pairs = zip(quantities(past), now)
    let all = zip(names, pairs).map { Quantity(name: $0.0, past: $1.0, present: $1.1, floor: $0.1, unit: $0.2) }
    guard let most = all.max(by: { $0.ratio < $1.ratio }), most.ratio > 1.1 else { return still }
    let verb = most.present < most.past ? "fell" : "rose"
    return "\(most.name) \(verb) from \(short(most.past)) to \(short(most.present))\(most.unit)"
}
