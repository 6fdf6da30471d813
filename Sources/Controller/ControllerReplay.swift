public import Model

/// Runs a controller anew over the events that one was given, and holds its decisions against those that were recorded.
///
/// A controller is a value without clock or chance, so a record of plan set, settings and events that is whole gives the same
/// decisions, to the last bit; where it does not, the program decides otherwise than the one that recorded.
public struct ControllerReplay: Sendable {
    /// Where the two part for the first time.
    public struct Difference: Hashable, Codable, Sendable {
        /// Position among the decisions, from zero.
        public var index: Int
        /// `nil`: there were no more.
        public var recorded: Decision?
        public var replayed: Decision?

        /// What differs, as files name it; empty where one side has no decision.
        public var keys: [String] {
            guard let recorded, let replayed else { return [] }
            return Decision.differences(recorded, replayed)
        }
    }

    /// Made anew.
    public private(set) var decisions = 0
    public private(set) var firstDifference: Difference?
    private var controller: SplitController
    private let recorded: [Decision]
    /// Decisions that were due before the newest event.
    private var beforeLast = 0

    /// - Parameter recorded: in the order in which they were made.
    public init(planSet: PlanSet, settings: ControllerSettings, herdPart: Double, recorded: [Decision]) {
        controller = SplitController(planSet: planSet, settings: settings, herdPart: herdPart)
        self.recorded = recorded
    }

    public mutating func step(_ event: Event, at time: Instant) {
        beforeLast = decisions
        for case .record(let decision) in controller.step(event, at: time) {
            if firstDifference == nil, decisions >= recorded.count || recorded[decisions] != decision {
                firstDifference = Difference(
                    index: decisions, recorded: decisions < recorded.count ? recorded[decisions] : nil,
                    replayed: decision)
            }
            decisions += 1
        }
    }

    /// To be called after the last event. What the last event led to may be missing from the record: a process that is killed
    /// writes an event and its decisions, but not always both.
    public mutating func finish() {
        if let difference = firstDifference, difference.recorded == nil, difference.index >= beforeLast {
            firstDifference = nil
        }
        guard firstDifference == nil, decisions < recorded.count else { return }
        firstDifference = Difference(index: decisions, recorded: recorded[decisions], replayed: nil)
    }
}

extension Decision {
    fileprivate static func differences(_ a: Decision, _ b: Decision) -> [String] {
        let parts: [(CodingKeys, Bool)] = [
            (.time, a.time == b.time), (.epoch, a.epoch == b.epoch), (.kind, a.kind == b.kind),
            (.from, a.from == b.from),
            (.to, a.to == b.to), (.reason, a.reason == b.reason), (.inputs, a.inputs == b.inputs),
            (.candidates, a.candidates == b.candidates), (.thresholds, a.thresholds == b.thresholds),
            (.staysWhile, a.staysWhile == b.staysWhile),
        ]
        return parts.filter { !$0.1 }.map(\.0.rawValue)
    }
}
