public import Model

/// Counts what became of every frame, by its number: nothing else in an agent decides whether a frame was lost or
/// answered twice.
///
/// Invariant: `captured == answered + lost`, and `answered` counts a frame once however often it was answered.
public struct FrameLedger: Hashable, Sendable {
    /// Frames that the source gave.
    public private(set) var captured = 0
    /// Frames with an answer.
    public private(set) var answered = 0
    /// Answers given to frames that had one already, or that the source never gave.
    public private(set) var duplicated = 0
    /// Answers that came after another and were dropped before they were given.
    public private(set) var late = 0
    /// Frames that the edge answered alone, because the cloud did not answer in time or was away.
    public private(set) var fallback = 0
    private var open: Set<Int> = []

    public init() {}

    /// Frames without an answer; once all work is done, frames lost.
    public var lost: Int { captured - answered }

    public mutating func capture(_ frame: Int) {
        precondition(frame == captured, "a source numbers its frames without gaps")
        captured += 1
        open.insert(frame)
    }

    public mutating func answer(_ frame: Int, by answer: FrameRecord.Answer) {
        guard open.remove(frame) != nil else {
            duplicated += 1
            return
        }
        answered += 1
        if answer == .fallback { fallback += 1 }
    }

    public mutating func dropLate() { late += 1 }
}
