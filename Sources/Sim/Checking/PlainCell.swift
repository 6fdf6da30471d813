import Model

/// One way of a cell as the log has it: who sends, and how much is left of each, brought forward piece by piece with the shares
/// that hold over it.
///
/// Shares are max-min fair (`Cell`) in whole bit/s: with L the greatest whole level at which the sum of min(cap, L) is within the
/// cell's rate, each has min(cap, L), and what is over goes one bit/s each to those with a greater cap, the greatest caps first and
/// of equals the last to begin. So nothing is rounded but the end, to the nanosecond above, and it can be checked exactly.
struct PlainCell: Sendable {
    /// A link's rate, and until when it stays.
    private struct Rate: Sendable {
        let link: PlainLink
        var value: UInt128 = 0
        var until = Instant.zero

        mutating func look(_ way: Way, at time: Instant) {
            guard until <= time else { return }
            value = link.rate(way, at: time)
            until = link.nextChange(after: time)
        }
    }

    private struct Transfer: Sendable {
        var device: Int
        var cap: Rate
        /// In the units of `transferAmount`.
        var left: UInt128
        /// When nothing was left.
        var done: Instant?
    }

    private var capacity: Rate
    private let way: Way
    /// In the order in which they began.
    private var transfers: [Transfer] = []
    private var time = Instant.zero

    init(_ cell: Cell, _ way: Way) {
        capacity = Rate(link: PlainLink(cell))
        self.way = way
    }

    mutating func begin(_ bytes: Int, of device: Int, _ own: PlainLink, at now: Instant) {
        move(to: now)
        let left = UInt128(transferAmount(ofBytes: bytes))
        transfers.append(Transfer(device: device, cap: Rate(link: own), left: left, done: left == 0 ? now : nil))
    }

    /// - Returns: when the transfer was to end; `nil` where not by now.
    mutating func end(of device: Int, at now: Instant) -> Instant? {
        move(to: now)
        guard let index = transfers.firstIndex(where: { $0.device == device }) else { return nil }
        return transfers.remove(at: index).done
    }

    private mutating func move(to end: Instant) {
        while time < end {
            capacity.look(way, at: time)
            for index in transfers.indices { transfers[index].cap.look(way, at: time) }
            let next = transfers.reduce(min(capacity.until, end)) { min($0, $1.cap.until) }
            let shares = shares
            for index in transfers.indices where transfers[index].left > 0 && shares[index] > 0 {
                let needed = (transfers[index].left - 1) / shares[index] + 1
                if needed <= UInt128((next - time).count) {
                    transfers[index].done = time + Nanoseconds(Int64(needed))
                    transfers[index].left = 0
                } else {
                    transfers[index].left -= shares[index] * UInt128((next - time).count)
                }
            }
            time = next
        }
    }

    private var shares: [UInt128] {
        let caps = transfers.map(\.cap.value)
        let capacity = capacity.value
        func taken(_ level: UInt128) -> UInt128 { caps.reduce(0) { $0 + min($1, level) } }
        // The sum at `low` is within the capacity, that at `high` is not, or no cap is reached by it.
        var (low, high): (UInt128, UInt128) = (0, min(capacity, caps.max() ?? 0) + 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if taken(middle) <= capacity { low = middle } else { high = middle }
        }
        var shares = caps.map { min($0, low) }
        var over = capacity - taken(low)
        let order = caps.indices.filter { caps[$0] > low }.sorted { (caps[$0], $0) > (caps[$1], $1) }
        for index in order where over > 0 {
            shares[index] += 1
            over -= 1
        }
        return shares
    }
}
