import Foundation
import Model

/// Numbers for people.
enum Format {
    static func fixed(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }

    /// Two digits that count: `0.013`, `1.6`, `590`.
    static func significant(_ value: Double) -> String {
        guard value > 0, value.isFinite else { return fixed(value, 0) }
        let places = 1 - Int(log10(value).rounded(.down))
        let unit = pow(10, Double(-places))
        return fixed((value / unit).rounded() * unit, max(0, places))
    }

    static func milliseconds(_ value: Nanoseconds) -> String { milliseconds(value.inMilliseconds) }

    /// A number of milliseconds, with as many places as matter.
    static func milliseconds(_ value: Double) -> String {
        guard value.isFinite else { return "never" }
        return fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0) + " ms"
    }

    static func rate(_ rate: BitRate) -> String {
        let bits = rate.bitsPerSecond
        guard bits.isFinite else { return "any" }
        if bits >= 1e9 { return fixed(bits / 1e9, 2) + " Gbit/s" }
        if bits >= 1e5 { return fixed(bits / 1e6, bits >= 1e7 ? 1 : 2) + " Mbit/s" }
        return bits == 0 ? "0" : fixed(bits / 1e3, 1) + " kbit/s"
    }

    static func bytes(_ count: Int) -> String {
        if count >= 1 << 20 { return fixed(Double(count) / 0x1p20, 2) + " MiB" }
        if count >= 1 << 10 { return fixed(Double(count) / 0x1p10, 1) + " KiB" }
        return "\(count) B"
    }

    static func share(_ value: Double) -> String { fixed(value * 100, 1) + " %" }

    /// A count with a suffix: `1.3 M`.
    static func count(_ value: Int) -> String {
        if value >= 1_000_000 { return fixed(Double(value) / 1e6, 1) + " M" }
        if value >= 10_000 { return fixed(Double(value) / 1e3, 1) + " k" }
        return "\(value)"
    }
}
