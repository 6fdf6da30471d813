import Model

/// A `Schedule` made ready for a run: moved by an offset, with what faults change in it, and read by cursors that only go forward,
/// so that a look-up takes constant time on average.
///
/// The pieces from `loop` on repeat for ever; those before happen once. Where the last value holds for ever there is no `end`.
struct Course<Value: Sendable>: Sendable {
    /// Where a reader stands.
    struct Cursor: Hashable, Sendable {
        var piece = 0
        /// What the pieces' times are short of now, by repetition.
        var shift: Int64 = 0
    }

    /// Nanoseconds, ascending strictly from zero.
    private(set) var starts: ContiguousArray<Int64> = []
    private(set) var values: ContiguousArray<Value> = []
    private(set) var loop = 0
    private(set) var end: Int64?

    /// - Parameter once: the time up to which the course is written out piece by piece, so that it can be changed there.
    init(_ schedule: Schedule<Value>, from offset: Nanoseconds = .zero, once: Nanoseconds = .zero) {
        let pieces = schedule.pieces
        // The first value also holds before its start.
        let local = pieces.indices.map { $0 == 0 ? 0 : pieces[$0].start.nanoseconds }
        let period = schedule.period?.count
        let place = period.map { max(offset.count, 0) % $0 } ?? max(offset.count, 0)
        var index = local.lastIndex { $0 <= place } ?? 0
        var origin = -place
        func append() {
            starts.append(max(local[index] + origin, 0))
            values.append(pieces[index].value)
        }
        func goOn() -> Bool { period == nil ? index < pieces.count : index != 0 || origin < max(once.count, 0) }
        while goOn() {
            append()
            index += 1
            if let period, index == pieces.count { (index, origin) = (0, origin + period) }
        }
        guard let period else { return }
        loop = starts.count
        for piece in pieces.indices {
            index = piece
            append()
        }
        end = origin + period
    }

    var first: Cursor { Cursor() }

    @inline(__always)
    func value(at cursor: Cursor) -> Value { values[cursor.piece] }

    /// When the cursor's piece ends; `Int64.max` for never.
    @inline(__always)
    func pieceEnd(_ cursor: Cursor) -> Int64 {
        if cursor.piece + 1 < starts.count { return starts[cursor.piece + 1] + cursor.shift }
        return end.map { $0 + cursor.shift } ?? .max
    }

    @inline(__always)
    func next(_ cursor: inout Cursor) {
        cursor.piece += 1
        if cursor.piece == starts.count, let end {
            cursor.piece = loop
            cursor.shift += end - starts[loop]
        }
    }

    /// Moves a cursor on to the piece in force at `time`; whole repetitions are passed at once.
    @inline(__always)
    func move(_ cursor: inout Cursor, to time: Int64) {
        while pieceEnd(cursor) <= time {
            next(&cursor)
            if cursor.piece == loop, let end {
                let lap = end - starts[loop]
                cursor.shift += (time - starts[loop] - cursor.shift) / lap * lap
            }
        }
    }

    /// The value in force at `time`, wherever the cursor was before that.
    @inline(__always)
    func value(_ cursor: inout Cursor, at time: Int64) -> Value {
        move(&cursor, to: time)
        return values[cursor.piece]
    }

    /// Changes the values of a stretch that happens once.
    ///
    /// - Precondition: the course was made with `once` no less than `to`, or never repeats.
    mutating func change(from: Int64, to: Int64, _ transform: (Value) -> Value) {
        guard from < to else { return }
        split(at: from)
        split(at: to)
        for index in starts.indices where starts[index] >= from && starts[index] < to && (end == nil || index < loop) {
            values[index] = transform(values[index])
        }
    }

    private mutating func split(at time: Int64) {
        guard let index = starts.lastIndex(where: { $0 <= time }), starts[index] < time, end == nil || index < loop
        else { return }
        starts.insert(time, at: index + 1)
        values.insert(values[index], at: index + 1)
        if end != nil { loop += 1 }
    }
}
