package import Model

/// What was read at a moment.
package struct Reading<Value: Sendable>: Sendable {
    package var time: Instant
    package var value: Value

    package init(time: Instant, value: Value) {
        self.time = time
        self.value = value
    }
}

/// Readings of one quantity, ascending in time, and what they say of a moment.
struct Readings<Value: Sendable>: Sendable {
    private let all: [Reading<Value>]

    /// - Precondition: `all` ascends in time.
    init(_ all: [Reading<Value>]) { self.all = all }

    var isEmpty: Bool { all.isEmpty }
    var times: [Instant] { all.map(\.time) }

    /// Those within `reach` of a moment; where there are none, the nearest, and of two as near the earlier. Empty without any.
    ///
    /// - Complexity: O(log n) beside what is returned.
    func near(_ time: Instant, within reach: Nanoseconds) -> ArraySlice<Reading<Value>> {
        let low = firstIndex { $0 >= time - reach }
        let high = firstIndex { $0 > time + reach }
        if low < high { return all[low..<high] }
        guard !all.isEmpty else { return [] }
        // Nothing lies within reach, so `low` is the first one after.
        if low == 0 { return all[0..<1] }
        if low == all.count || time - all[low - 1].time <= all[low].time - time { return all[low - 1..<low] }
        return all[low..<low + 1]
    }

    private func firstIndex(_ isPast: (Instant) -> Bool) -> Int {
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if isPast(all[middle].time) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Collection<Double> {
    /// The middle one, of an even number the upper; `nil` without any.
    var upperMedian: Double? { isEmpty ? nil : sorted()[count / 2] }
}

extension Schedule {
    /// Values from their times on, each until the next; of several at one time the last counts.
    ///
    /// - Precondition: times ascend from zero on.
    /// - Returns: `nil` without any.
    init?(held values: [Reading<Value>]) {
        var pieces: [Piece] = []
        for value in values {
            if pieces.last?.start == value.time { pieces.removeLast() }
            pieces.append(Piece(start: value.time, value: value.value))
        }
        self.init(pieces: pieces)
    }
}
