import Model

/// A `Schedule` written out for a run: moved by an offset, and with what faults change in it.
///
/// The pieces from `loop` on repeat for ever; those before happen once. Where the last value holds for ever there is no `end`.
struct CourseDraft<Value: Sendable>: Sendable {
    /// Nanoseconds, ascending strictly from zero.
    private(set) var starts: [Int64] = []
    private(set) var values: [Value] = []
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
