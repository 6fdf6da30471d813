import Model

/// What a number of a world may be, and the error where it is not.
enum Checking {
    static let year = Nanoseconds.seconds(366 * 86_400)

    static func span(
        _ value: Nanoseconds, _ place: String, _ name: String, from least: Nanoseconds = .zero
    ) throws(WorldError) {
        guard value >= least, value <= year else {
            throw WorldError(
                place, "has \(name) of \(value.inMilliseconds) ms",
                remedy: "it must be \(least.inMilliseconds) ms to a year")
        }
    }

    static func number(
        _ value: Double, _ place: String, _ name: String, _ range: ClosedRange<Double>
    ) throws(WorldError) {
        guard range.contains(value) else {
            throw WorldError(
                place, "has \(name) of \(value)", remedy: "it must be \(range.lowerBound) to \(range.upperBound)")
        }
    }

    static func count(
        _ value: Int, _ place: String, _ name: String, _ range: ClosedRange<Int>
    ) throws(WorldError) {
        guard range.contains(value) else {
            throw WorldError(
                place, "has \(name) of \(value)", remedy: "it must be \(range.lowerBound) to \(range.upperBound)")
        }
    }

    static func factors(_ schedule: Schedule<Double>, _ place: String, _ name: String) throws(WorldError) {
        for piece in schedule.pieces { try number(piece.value, place, name, 0...1e6) }
    }

    /// Traces that faults change are written out up to the last fault.
    static func length<Value>(
        _ schedule: Schedule<Value>, upTo end: Nanoseconds, _ place: String
    ) throws(WorldError) {
        guard let period = schedule.period, end > .zero else { return }
        let repetitions = Int(end.count / period.count) + 2
        let pieces = schedule.pieces.count.multipliedReportingOverflow(by: repetitions)
        guard !pieces.overflow, pieces.partialValue <= 10_000_000 else {
            throw WorldError(
                place, "has a trace that repeats \(repetitions) times before the last fault ends",
                remedy: "10000000 pieces can be; give a longer or coarser trace")
        }
    }
}
