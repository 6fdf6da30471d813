import DataPlane
import Synchronization

/// How a run of the agent ended.
final class AgentReport: Sendable {
    struct Outcome {
        var ledger: FrameLedger
        /// Rows of telemetry that the controller was not sent.
        var untold: Int
    }

    private let state = Mutex<Outcome?>(nil)

    var outcome: Outcome? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    struct Document: Encodable {
        var frames, answered, lost, duplicated, late, fallback, untold: Int

        init(_ outcome: Outcome) {
            let ledger = outcome.ledger
            frames = ledger.captured
            answered = ledger.answered
            lost = ledger.lost
            duplicated = ledger.duplicated
            late = ledger.late
            fallback = ledger.fallback
            untold = outcome.untold
        }
    }

    static func text(_ outcome: Outcome) -> String {
        let ledger = outcome.ledger
        let untold = outcome.untold > 0 ? "; \(outcome.untold) rows of telemetry never reached the controller" : ""
        return """
            \(ledger.captured) frames: \(ledger.answered) answered, \(ledger.lost) lost, \(ledger.duplicated) duplicated; \
            \(ledger.fallback) by the edge alone after waiting, \(ledger.late) late answers dropped\(untold)
            """
    }
}
