import Model

/// A value over the time of a run, piecewise constant, read by cursors that only go forward, so that a look-up takes constant time
/// on average.
///
/// Shared and never changed. Its pieces lie in memory of its own, which reading them takes no count of.
final class Course<Value: BitwiseCopyable & Sendable>: Sendable {
    /// Where a reader stands.
    struct Cursor: Hashable, Sendable {
        var piece = 0
        /// What the pieces' times are short of now, by repetition.
        var shift: Int64 = 0
        /// When the piece ends; `Int64.max` for never. Before the first look-up any time will do that does not lie beyond that.
        var end: Int64 = .min
    }

    /// When each piece begins, in nanoseconds; past the last, when the whole is at its end.
    // Written once in `init`, freed in `deinit`, and only read in between.
    nonisolated(unsafe) private let starts: UnsafeMutablePointer<Int64>
    nonisolated(unsafe) private let values: UnsafeMutablePointer<Value>
    let count: Int
    let loop: Int
    /// Of the repeated part; `nil` where the last value holds for ever.
    let lap: Int64?

    init(_ draft: CourseDraft<Value>) {
        count = draft.values.count
        loop = draft.loop
        lap = draft.end.map { $0 - draft.starts[draft.loop] }
        starts = .allocate(capacity: draft.starts.count + 1)
        starts.initialize(from: draft.starts, count: draft.starts.count)
        (starts + draft.starts.count).initialize(to: draft.end ?? .max)
        values = .allocate(capacity: draft.values.count)
        values.initialize(from: draft.values, count: draft.values.count)
    }

    convenience init(_ schedule: Schedule<Value>) { self.init(CourseDraft(schedule)) }

    deinit {
        starts.deallocate()
        values.deallocate()
    }

    func start(of piece: Int) -> Int64 { starts[piece] }

    @inline(__always)
    subscript(piece: Int) -> Value { values[piece] }

    /// Goes on to the next piece.
    @inline(__always)
    func next(_ cursor: inout Cursor) {
        cursor.piece += 1
        if cursor.piece == count, let lap {
            cursor.piece = loop
            cursor.shift += lap
        }
        cursor.end = end(of: cursor)
    }

    @inline(__always)
    private func end(of cursor: Cursor) -> Int64 {
        let end = starts[cursor.piece + 1]
        return end == .max ? .max : end + cursor.shift
    }

    /// Moves a cursor on to the piece in force at `time`; whole repetitions are passed at once.
    @inline(__always)
    func move(_ cursor: inout Cursor, to time: Int64) {
        if cursor.end <= time { goOn(&cursor, to: time) }
    }

    @inline(never)
    private func goOn(_ cursor: inout Cursor, to time: Int64) {
        cursor.end = end(of: cursor)
        while cursor.end <= time {
            next(&cursor)
            guard cursor.piece == loop, let lap else { continue }
            cursor.shift += (time - starts[loop] - cursor.shift) / lap * lap
            cursor.end = end(of: cursor)
        }
    }

    /// The value in force at `time`, wherever the cursor was before that.
    @inline(__always)
    func value(_ cursor: inout Cursor, at time: Int64) -> Value {
        move(&cursor, to: time)
        return values[cursor.piece]
    }
}
