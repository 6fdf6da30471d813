import Model

/// As a person writes it: `mean`, `p95`, `p99.9`, `deadline=80ms` or `throughput`, and behind all but the last what else counts:
/// `p95,energy=50ms/J,sent=20ms/MB,loss=10ms/%`.
extension Objective: LosslessStringConvertible {
    public init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let first = parts.first, let base = Self.base(first), base != .throughput || parts.count == 1 else {
            return nil
        }
        self = base
        for part in parts.dropFirst() {
            guard let rate = Rate.allCases.first(where: { part.hasPrefix($0.prefix) }), rates[rate] == 0,
                let seconds = rate.seconds(part.dropFirst(rate.prefix.count))
            else { return nil }
            rates[rate] = seconds
        }
    }

    private static func base(_ text: Substring) -> Objective? {
        switch text {
        case "mean": .mean
        case "throughput": .throughput
        default:
            if text.hasPrefix(deadlinePrefix) {
                deadline(text.dropFirst(deadlinePrefix.count))
            } else if text.first == "p", let percent = Double(text.dropFirst()), percent > 0, percent <= 100 {
                .quantile(percent / 100)
            } else {
                nil
            }
        }
    }

    private static let deadlinePrefix = "deadline="

    /// From a time and its unit, up to an hour.
    private static func deadline(_ text: Substring) -> Objective? {
        guard let time = try? Quantity.duration(String(text)), time > .zero, time <= .seconds(3600) else { return nil }
        return .deadline(time)
    }

    public var description: String {
        let base =
            switch (measure, statistic) {
            case (.slowestStage, _): "throughput"
            case (.deadlineMiss(let deadline), _): "\(Self.deadlinePrefix)\(Quantity.text(of: deadline))"
            case (.latency, .mean): "mean"
            // Rounded to a millionth, since 0.07 · 100 is not 7.
            case (.latency, .quantile(let q)): "p\(trimmed((q * 1e8).rounded() / 1e6))"
            }
        let added = Rate.allCases.filter { rates[$0] > 0 }.map { ",\($0.prefix)\($0.text(rates[$0]))" }
        return base + added.joined()
    }

    /// How to write one.
    public static let help =
        "mean, a percentile such as p95, the share of frames later than deadline=80ms, or throughput; behind all but the last what else counts, as in p95,energy=50ms/J,sent=20ms/MB,loss=10ms/%"
}

/// One exchange rate in text.
private enum Rate: CaseIterable {
    case energy, sent, loss

    var prefix: String {
        switch self {
        case .energy: "energy="
        case .sent: "sent="
        case .loss: "loss="
        }
    }

    /// The unit that it is written for, and how many of what it counts that is.
    private var unit: (name: String, amount: Double) {
        switch self {
        case .energy: ("J", 1)
        case .sent: ("MB", 1e6)
        case .loss: ("%", 0.01)
        }
    }

    /// From a time and the unit: `50ms/J`.
    func seconds(_ text: Substring) -> Double? {
        let suffix = "/\(unit.name)"
        guard text.hasSuffix(suffix), let time = try? Quantity.duration(String(text.dropLast(suffix.count))),
            time > .zero
        else { return nil }
        return time.inSeconds / unit.amount
    }

    func text(_ seconds: Double) -> String {
        "\(trimmed((seconds * unit.amount * 1e9).rounded() / 1e6))ms/\(unit.name)"
    }
}

extension ExchangeRates {
    fileprivate subscript(rate: Rate) -> Double {
        get {
            switch rate {
            case .energy: joule
            case .sent: sentByte
            case .loss: lostShare
            }
        }
        set {
            switch rate {
            case .energy: joule = newValue
            case .sent: sentByte = newValue
            case .loss: lostShare = newValue
            }
        }
    }
}

private func trimmed(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
