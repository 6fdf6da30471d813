/// The network of Pensieve's simulator: chunk after chunk over a trace, in its own order of floating-point operations,
/// so that delays are the same numbers.
public struct PensievePlayer: Sendable {
    /// The share of a rate that is payload.
    public static let payloadShare = 0.95
    /// Seconds that each chunk takes besides, which do not move on in the trace.
    public static let roundTrip = 0.08

    private let trace: PensieveTrace
    /// The row whose rate is in force.
    private var row = 1
    /// Seconds into the pass.
    private var now: Double

    /// Begins at the first row's time.
    public init(_ trace: PensieveTrace) {
        self.trace = trace
        now = trace.times[0]
    }

    /// Seconds until a chunk is there, the round trip included.
    ///
    /// - Returns: `nil` where it never is: no rate of the trace is above zero for any time.
    /// - Complexity: O(rows passed).
    public mutating func download(bytes: Double) -> Double? {
        var sent = 0.0
        var delay = 0.0
        var rowsWithout = 0
        while true {
            let throughput = trace.rates[row] * 1e6 / 8
            let duration = trace.times[row] - now
            let payload = throughput * duration * Self.payloadShare
            if sent + payload > bytes {
                let rest = (bytes - sent) / throughput / Self.payloadShare
                delay += rest
                now += rest
                return delay + Self.roundTrip
            }
            rowsWithout = payload > 0 && sent + payload > sent ? 0 : rowsWithout + 1
            if rowsWithout > 2 * trace.times.count { return nil }
            sent += payload
            delay += duration
            next()
        }
    }

    /// Lets time pass without a transfer, as while the player's buffer is full.
    public mutating func sleep(seconds: Double) {
        var left = seconds
        while left > 0 {
            let duration = trace.times[row] - now
            if duration > left {
                now += left
                return
            }
            left -= duration
            next()
        }
    }

    private mutating func next() {
        now = trace.times[row]
        row += 1
        if row == trace.times.count {
            row = 1
            now = 0
        }
    }
}
