/// The network of Sabre: each download first waits a latency, then takes its bits, both in the time of the trace.
///
/// A latency that a period's end cuts off goes on in the next period as the same fraction of that period's latency.
public struct SabreNetwork: Sendable {
    private let trace: SabreTrace
    private var index = 0
    /// Milliseconds of the period that have passed.
    private var passed = 0.0

    public init(_ trace: SabreTrace) { self.trace = trace }

    /// Milliseconds of a download, its latency included.
    ///
    /// - Returns: `nil` where it never ends: no bandwidth of the trace is above zero for any time.
    /// - Complexity: O(periods passed).
    public mutating func download(bits: Double) -> Double? {
        guard bits <= 0 || trace.periods.contains(where: { $0.duration > 0 && $0.bandwidth > 0 }) else { return nil }
        return latency() + transfer(bits)
    }

    private mutating func latency() -> Double {
        var units = 1.0
        var total = 0.0
        while units > 0 {
            let period = trace.periods[index]
            let left = period.duration - passed
            let wait = units * period.latency
            if wait <= left {
                passed += wait
                return total + wait
            }
            total += left
            units -= left / period.latency
            next()
        }
        return total
    }

    private mutating func transfer(_ bits: Double) -> Double {
        var bits = bits
        var total = 0.0
        while bits > 0 {
            let period = trace.periods[index]
            let left = period.duration - passed
            if bits <= left * period.bandwidth {
                let time = bits / period.bandwidth
                passed += time
                return total + time
            }
            bits -= left * period.bandwidth
            total += left
            next()
        }
        return total
    }

    private mutating func next() {
        index = (index + 1) % trace.periods.count
        passed = 0
    }
}
