import DataPlane
import Synchronization

/// How a run of the agent ended.
final class AgentReport: Sendable {
    private let outcome = Mutex<FrameLedger?>(nil)

    var ledger: FrameLedger? {
        get { outcome.withLock { $0 } }
        set { outcome.withLock { $0 = newValue } }
    }

    struct Document: Encodable {
        var frames, answered, lost, duplicated, late, fallback: Int

        init(_ ledger: FrameLedger) {
            frames = ledger.captured
            answered = ledger.answered
            lost = ledger.lost
            duplicated = ledger.duplicated
            late = ledger.late
            fallback = ledger.fallback
        }
    }

    static func text(_ ledger: FrameLedger) -> String {
        """
        \(ledger.captured) frames: \(ledger.answered) answered, \(ledger.lost) lost, \(ledger.duplicated) duplicated; \
        \(ledger.fallback) by the edge alone after waiting, \(ledger.late) late answers dropped
        """
    }
}
