/// Writing quantities as `Quantity` reads them.
extension Quantity {
    /// A time of zero or more in the largest unit that it is a whole number of: `20ms`, `90s`, `2min`.
    ///
    /// Reading it gives the same time, up to 2^50 nanoseconds (13 days).
    public static func text(of time: Nanoseconds) -> String {
        let units: [(name: String, count: Int64)] = [
            ("h", 3_600_000_000_000), ("min", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000),
        ]
        guard time != .zero else { return "0ms" }
        for unit in units where time.count % unit.count == 0 { return "\(time.count / unit.count)\(unit.name)" }
        return "\(time.count)ns"
    }

    /// A rate in the largest unit that it is at least one of: `1.5Mbps`. Zero is `0Mbps`.
    public static func text(of rate: BitRate) -> String {
        let units = [("Gbps", 1e9), ("Mbps", 1e6), ("kbps", 1e3)]
        let bits = rate.bitsPerSecond
        guard bits != 0 else { return "0Mbps" }
        for (name, factor) in units where bits >= factor { return number(bits / factor) + name }
        return number(bits) + "bps"
    }

    private static func number(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
