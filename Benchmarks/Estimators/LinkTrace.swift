import Foundation
import Model

/// A link's rate over time, piecewise constant.
struct LinkTrace {
    struct Piece {
        var seconds: Double
        var bitsPerSecond: Double
    }

    var name: String
    var pieces: [Piece]

    var seconds: Double { pieces.reduce(0) { $0 + $1.seconds } }
    var bits: Double { pieces.reduce(0) { $0 + $1.seconds * $1.bitsPerSecond } }
    var meanRate: Double { bits / seconds }
}

/// Sends over a trace, always onwards in time.
struct Link {
    private let pieces: [LinkTrace.Piece]
    private var index = 0
    /// Of the piece at `index`.
    private var start = 0.0

    init(_ trace: LinkTrace) { pieces = trace.pieces }

    /// When the last of `bits` has been sent, if the first begins at `time` and nothing else is on the link.
    /// - Returns: `nil` where the trace ends before.
    mutating func completion(ofBits bits: Double, from time: Double) -> Double? {
        var (left, now) = (bits, time)
        while index < pieces.count {
            let piece = pieces[index]
            let end = start + piece.seconds
            if now < end {
                let needed = piece.bitsPerSecond > 0 ? left / piece.bitsPerSecond : .infinity
                if now + needed <= end { return now + needed }
                left -= piece.bitsPerSecond * (end - now)
                now = end
            }
            start = end
            index += 1
        }
        return nil
    }
}
