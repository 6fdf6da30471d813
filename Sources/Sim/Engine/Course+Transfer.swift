import Model

/// What a link is like over one piece: rates in whole bit/s with losses taken off, and the round trip in nanoseconds.
struct LinkState: Hashable, Sendable {
    var up: UInt64
    var down: UInt64
    var rtt: Int64

    init(_ state: Trace.State) {
        let passing = state.loss.isNaN ? 1 : 1 - min(max(state.loss, 0), 1)
        up = Self.wholeRate(state.uplink.bitsPerSecond * passing)
        down = Self.wholeRate(state.downlink.bitsPerSecond * passing)
        rtt = min(max(state.rtt, .zero).count, Instant.latest.nanoseconds)
    }

    /// Below zero or not a number is an outage.
    private static func wholeRate(_ bitsPerSecond: Double) -> UInt64 {
        bitsPerSecond >= 0 ? UInt64(min(bitsPerSecond, 1e18).rounded()) : 0
    }

    var isOut: Bool { up == 0 || down == 0 }

    mutating func cut() { (up, down) = (0, 0) }
}

/// The two ways of a link.
enum Way: UInt8, Sendable {
    case up, down

    @inline(__always)
    func rate(_ state: LinkState) -> UInt64 { self == .up ? state.up : state.down }
}

/// An amount of bytes in units of a bit at one bit/s for one nanosecond, in which all of a transfer is whole numbers.
///
/// - Precondition: no more than 2^31 bytes.
@inline(__always)
func transferAmount(ofBytes bytes: Int) -> UInt64 { UInt64(bytes) * 8_000_000_000 }

extension Course where Value == LinkState {
    /// The first moment from `start` on at which the link is not out; `nil` where it stays so. The cursor ends up there.
    ///
    /// - Complexity: O(pieces of the outage), at most one repetition.
    func firstUp(from start: Int64, _ cursor: inout Cursor) -> Int64? {
        move(&cursor, to: start)
        var now = start
        for _ in 0...count {
            if !self[cursor.piece].isOut { return now }
            guard cursor.end < Instant.latest.nanoseconds else { return nil }
            now = cursor.end
            next(&cursor)
        }
        return nil
    }

    /// When a transfer that has the way for itself from `start` on is done: the least whole nanosecond by which the integral of
    /// the rate reaches the amount. Exact. The cursor ends up there.
    ///
    /// - Returns: `nil` where that never is, or lies beyond `Instant.latest`.
    /// - Complexity: amortised O(pieces passed), at most two repetitions.
    @inline(__always)
    func completion(ofBytes bytes: Int, from start: Int64, _ way: Way, _ cursor: inout Cursor) -> Int64? {
        move(&cursor, to: start)
        guard bytes > 0 else { return start }
        var left = transferAmount(ofBytes: bytes)
        let rate = way.rate(self[cursor.piece])
        if rate > 0 {
            let needed = (left - 1) / rate + 1
            if needed <= UInt64(cursor.end - start) { return ended(start, needed) }
        }
        return laterCompletion(of: &left, from: start, way, &cursor)
    }

    /// The same where the piece at the start does not do.
    @inline(never)
    private func laterCompletion(of left: inout UInt64, from start: Int64, _ way: Way, _ cursor: inout Cursor) -> Int64?
    {
        var now = start
        while now <= Instant.latest.nanoseconds {
            let rate = way.rate(self[cursor.piece])
            let needed = rate > 0 ? (left - 1) / rate + 1 : .max
            let pieceEnd = cursor.end
            if needed <= UInt64(pieceEnd - now) { return rate > 0 ? ended(now, needed) : nil }
            if pieceEnd == .max { return nil }
            left -= rate * UInt64(pieceEnd - now)
            now = pieceEnd
            next(&cursor)
            if cursor.piece == loop, !skipRepetitions(&left, way, &cursor, &now) { return nil }
        }
        return nil
    }

    /// At the start of the loop: passes as many whole repetitions as leave some of the amount.
    ///
    /// - Returns: whether the amount is ever done.
    private func skipRepetitions(
        _ left: inout UInt64, _ way: Way, _ cursor: inout Cursor, _ now: inout Int64
    ) -> Bool {
        guard let lap else { return true }
        var done: UInt64 = 0
        for piece in loop..<count {
            let span = UInt64(start(of: piece + 1) - start(of: piece))
            let part = way.rate(self[piece]).multipliedReportingOverflow(by: span)
            let sum = done.addingReportingOverflow(part.partialValue)
            if part.overflow || sum.overflow || sum.partialValue >= left { return true }
            done = sum.partialValue
        }
        guard done > 0 else { return false }
        let whole = (left - 1) / done
        let skipped = whole.multipliedReportingOverflow(by: UInt64(lap))
        guard !skipped.overflow, skipped.partialValue <= UInt64(Instant.latest.nanoseconds - now) else { return false }
        left -= whole * done
        now += Int64(skipped.partialValue)
        cursor.shift += Int64(skipped.partialValue)
        cursor.end += Int64(skipped.partialValue)
        return true
    }

    @inline(__always)
    private func ended(_ start: Int64, _ needed: UInt64) -> Int64? {
        needed <= UInt64(Instant.latest.nanoseconds) && start + Int64(needed) <= Instant.latest.nanoseconds
            ? start + Int64(needed) : nil
    }
}
