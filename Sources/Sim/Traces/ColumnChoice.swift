/// Which column of a table holds what, in which unit: `uplink=UL_bitrate:kbit/s`, `time=1:ms`.
public struct ColumnChoice: Hashable, Sendable {
    /// `nil` is the time.
    public var quantity: TraceQuantity?
    /// As the header has it, or the column's number from 1.
    public var name: String
    /// `nil`: as the name says, or a written date.
    public var unit: String?

    public init(quantity: TraceQuantity?, name: String, unit: String?) {
        self.quantity = quantity
        self.name = name
        self.unit = unit
    }

    /// - Returns: `nil` unless the text is `WHAT=NAME` or `WHAT=NAME:UNIT`, with a unit that fits.
    public init?(_ text: String) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let what = String(text[..<equals])
        quantity = TraceQuantity(rawValue: what)
        guard quantity != nil || what == "time" else { return nil }
        let rest = text[text.index(after: equals)...]
        let units = TraceQuantity.units(of: quantity).map(\.name)
        if let colon = rest.lastIndex(of: ":"), units.contains(String(rest[rest.index(after: colon)...])) {
            name = String(rest[..<colon])
            unit = String(rest[rest.index(after: colon)...])
        } else {
            name = String(rest)
            unit = nil
        }
        guard !name.isEmpty else { return nil }
    }

    /// How the choice is called to a person.
    static func title(_ quantity: TraceQuantity?) -> String { quantity?.rawValue ?? "time" }
}

extension ColumnChoice {
    /// What a name says: the unit at its end, as in `rtt_ms`, `delay(ms)`, `CPU usage [%]`, and the rest in small
    /// letters.
    static func parts(of name: some StringProtocol) -> (stem: String, unit: String?) {
        var stem = String(name)
        var unit: String?
        if let last = stem.last, last == ")" || last == "]",
            let open = stem.lastIndex(of: last == ")" ? "(" : "[")
        {
            unit = String(stem[stem.index(after: open)...].dropLast())
            stem = String(stem[..<open])
        } else if let underscore = stem.lastIndex(of: "_") {
            let end = String(stem[stem.index(after: underscore)...])
            if isUnit(end) {
                unit = end
                stem = String(stem[..<underscore])
            }
        }
        stem = stem.lowercased()
        while let last = stem.last, last == " " || last == "_" { stem.removeLast() }
        if stem.hasSuffix("_in") { stem.removeLast(3) }
        return (stem, unit)
    }

    private static func isUnit(_ text: String) -> Bool {
        let all: [TraceQuantity?] = [nil, .uplink]
        return text == "%" || all.contains { TraceQuantity.units(of: $0).contains { $0.name == text } }
    }

    /// The quantities that a name without its unit means; the outer `nil` is none, the inner the time.
    static func meaning(of stem: String) -> TraceQuantity?? {
        switch stem {
        case "time", "timestamp", "t", "date", "datetime", "pub_time": .some(nil)
        case "uplink", "upload", "ul", "throughput", "bandwidth", "rate": .uplink
        case "downlink", "download", "dl": .downlink
        case "rtt", "ping", "pingavg", "round_trip": .rtt
        case "loss", "pingloss", "packet_loss": .loss
        case "edge_load", "load", "cpu", "cpu usage", "cpu_usage", "cpu_load": .load
        default: nil
        }
    }
}
