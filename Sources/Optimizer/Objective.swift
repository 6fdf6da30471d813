/// What a plan is judged by over a window of conditions: a statistic of its predicted latency in each sample.
public enum Objective: Hashable, Sendable {
    /// The average of the latencies (not the latency under average conditions).
    case mean
    /// The latency of nearest rank: the ⌈q · n⌉-th smallest of n, `q` in (0, 1]; a `q` outside is held within.
    case quantile(Double)

    /// The position, from 1, of the nearest rank among `count` ascending values. A product that exceeds a whole number only
    /// by rounding, as 0.07 · 100 does, counts as that number.
    static func rank(_ q: Double, of count: Int) -> Int {
        let position = (q * Double(count) - 1e-9).rounded(.up)
        return position >= 1 ? Int(min(position, Double(count))) : 1
    }
}

/// As a person writes it: `mean`, or `p95`, `p99.9`.
extension Objective: LosslessStringConvertible {
    public init?(_ text: String) {
        if text == "mean" {
            self = .mean
        } else if text.first == "p", let percent = Double(text.dropFirst()), percent > 0, percent <= 100 {
            self = .quantile(percent / 100)
        } else {
            return nil
        }
    }

    public var description: String {
        switch self {
        case .mean: "mean"
        case .quantile(let q):
            // Rounded to a millionth, since 0.07 · 100 is not 7.
            "p\(Self.trimmed((q * 1e8).rounded() / 1e6))"
        }
    }

    private static func trimmed(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
