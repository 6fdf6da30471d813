public import Model

/// A value over simulated time, piecewise constant: each piece holds from its start to the next one's.
public struct Schedule<Value: Sendable>: Sendable {
    public struct Piece: Sendable {
        public var start: Instant
        public var value: Value

        public init(start: Instant, value: Value) {
            self.start = start
            self.value = value
        }
    }

    /// What follows the last piece.
    public enum Ending: Hashable, Sendable {
        /// The last value holds for ever.
        case holds
        /// The whole repeats with this period, counted from instant zero.
        case repeats(every: Nanoseconds)
    }

    /// Ascending starts, never empty. The first value also holds before its start.
    public private(set) var pieces: [Piece]
    public private(set) var ending: Ending

    /// - Returns: `nil` unless there is a piece, starts ascend strictly from zero or later and lie within 2^61 ns (73
    ///   years), and a period exceeds the last start and is within 2^61 ns.
    public init?(pieces: [Piece], ending: Ending = .holds) {
        guard let first = pieces.first, let last = pieces.last, first.start >= .zero, last.start <= .latest else {
            return nil
        }
        for (earlier, later) in zip(pieces, pieces.dropFirst()) where earlier.start >= later.start { return nil }
        if case .repeats(let period) = ending, .zero + period <= last.start || .zero + period > .latest { return nil }
        self.pieces = pieces
        self.ending = ending
    }

    /// The same value for ever.
    public static func constant(_ value: Value) -> Schedule {
        Schedule(known: [Piece(start: .zero, value: value)], ending: .holds)
    }

    /// The value in force at a moment; before zero, the first.
    ///
    /// - Complexity: O(log pieces).
    public func value(at time: Instant) -> Value { pieces[index(at: time)].value }

    public func mapValues<Mapped: Sendable>(_ transform: (Value) throws -> Mapped) rethrows -> Schedule<Mapped> {
        Schedule<Mapped>(
            known: try pieces.map { .init(start: $0.start, value: try transform($0.value)) },
            ending: ending == .holds ? .holds : .repeats(every: period ?? .zero))
    }

    private init(known pieces: [Piece], ending: Ending) {
        self.pieces = pieces
        self.ending = ending
    }
}

extension Schedule: Equatable where Value: Equatable {}
extension Schedule: Hashable where Value: Hashable {}
extension Schedule.Piece: Equatable where Value: Equatable {}
extension Schedule.Piece: Hashable where Value: Hashable {}

extension Instant {
    /// The end of simulated time, far enough from the type's limit that sums of two never overflow.
    static let latest = Instant(nanoseconds: 1 << 61)
}

extension Schedule {
    var period: Nanoseconds? {
        if case .repeats(let period) = ending { period } else { nil }
    }

    /// `time` within the first period.
    private func folded(_ time: Instant) -> Instant {
        guard let period, time >= .zero else { return time }
        return Instant(nanoseconds: time.nanoseconds % period.count)
    }

    private func index(at time: Instant) -> Int {
        let time = folded(time)
        var low = 0
        var high = pieces.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if pieces[middle].start <= time { low = middle } else { high = middle }
        }
        return low
    }

    /// How long the piece at `index` lasts, seen from `time` within the first period; `nil` where it holds for ever.
    private func remaining(of index: Int, at time: Instant) -> Nanoseconds? {
        if index + 1 < pieces.count { return pieces[index + 1].start - time }
        return period.map { .zero + $0 - time }
    }

    /// When `amount` is done, if work on it starts at `start` and goes on at `rate` units a nanosecond: the least whole
    /// nanosecond by which the integral of the rate reaches the amount. Exact.
    ///
    /// - Returns: `nil` where that never is, or lies beyond 2^61 ns.
    /// - Complexity: O(log pieces + pieces passed), at most two periods of them.
    package func completion(of amount: UInt128, startingAt start: Instant, rate: (Value) -> UInt64) -> Instant? {
        guard amount > 0 else { return start }
        var left = amount
        var now = max(start, .zero)
        var index = index(at: now)
        var place = folded(now)
        var isFirstPass = true
        while now <= .latest {
            if isFirstPass, index == 0, place <= pieces[0].start, let period {
                guard let done = skipPeriods(&left, period: period, rate: rate) else { return nil }
                isFirstPass = false
                guard let later = Self.advanced(now, by: done) else { return nil }
                now = later
            }
            let rate = UInt128(rate(pieces[index].value))
            let needed = rate > 0 ? (left + rate - 1) / rate : .max
            guard let span = remaining(of: index, at: place) else { return Self.advanced(now, by: needed) }
            let available = UInt128(span.count)
            if needed <= available { return Self.advanced(now, by: needed) }
            left -= rate * available
            now += span
            index = (index + 1) % pieces.count
            place = index == 0 ? .zero : pieces[index].start
        }
        return nil
    }

    /// Takes as many whole periods off `left` as leave some of it.
    ///
    /// - Returns: their length in nanoseconds, or `nil` where a period does no work at all.
    private func skipPeriods(_ left: inout UInt128, period: Nanoseconds, rate: (Value) -> UInt64) -> UInt128? {
        var place = Instant.zero
        var perPeriod: UInt128 = 0
        for index in pieces.indices {
            guard let span = remaining(of: index, at: place) else { return nil }
            perPeriod += UInt128(rate(pieces[index].value)) * UInt128(span.count)
            place += span
        }
        guard perPeriod > 0 else { return nil }
        let whole = (left - 1) / perPeriod
        left -= whole * perPeriod
        let (length, isOverflow) = whole.multipliedReportingOverflow(by: UInt128(period.count))
        return isOverflow ? .max : length
    }

    private static func advanced(_ time: Instant, by span: UInt128) -> Instant? {
        guard span <= UInt128(Instant.latest.nanoseconds) else { return nil }
        let later = time + Nanoseconds(Int64(span))
        return later <= .latest ? later : nil
    }
}
