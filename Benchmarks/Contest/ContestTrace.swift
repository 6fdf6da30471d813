import Foundation
import Model
import Sim

/// A recorded trace as the contest runs it: what it does not tell of a link or an edge is assumed.
struct ContestTrace {
    /// Path within the folder, and the column of a table.
    var name: String
    var trace: Trace
    /// Where in the trace the runs begin.
    var start: Nanoseconds
    /// What was assumed, for the reader.
    var assumed: String

    /// Of links that do not tell.
    static let rate = BitRate.mbps(10)
    static let rtt = Nanoseconds.milliseconds(30)
    /// A load that was recorded every five minutes goes by a hundred times as fast.
    static let haste: Int64 = 100

    init?(name: String, _ reading: TraceReading) {
        self.name = name
        var trace = reading.trace
        var assumed: [String] = []
        if reading.carries == [.load] {
            guard let hastened = trace.hastened(by: Self.haste) else { return nil }
            trace = hastened
            assumed.append("\(Self.haste) times as fast")
        }
        if reading.carries.isDisjoint(with: [.uplink, .downlink]) {
            for way in [TraceQuantity.uplink, .downlink] {
                trace = trace.holding(way, at: Self.rate.bitsPerSecond)
            }
            assumed.append("\(Int(Self.rate.inMbps)) Mbit/s")
        }
        if !reading.carries.contains(.rtt) {
            trace = trace.holding(.rtt, at: Self.rtt.inSeconds)
            assumed.append("\(Int(Self.rtt.inMilliseconds)) ms")
        }
        // A link that never carries anything is no contest.
        guard trace.schedule.pieces.contains(where: { $0.value.uplink > .zero }) else { return nil }
        self.trace = trace
        start = reading.carries == [.load] ? Nanoseconds(reading.start.count / Self.haste) : reading.start
        self.assumed = assumed.joined(separator: ", ")
    }
}

extension Trace {
    fileprivate func hastened(by factor: Int64) -> Trace? {
        let pieces = schedule.pieces.map { piece in
            Schedule<State>.Piece(
                start: Instant(nanoseconds: piece.start.nanoseconds / factor), value: piece.value)
        }
        return Trace(pieces: pieces, duration: Nanoseconds(duration.count / factor))
    }
}
