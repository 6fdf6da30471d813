public import Model
public import Optimizer

/// One line of the controller's journal: what was decided, from what, and why.
public struct Decision: Hashable, Codable, Sendable {
    public enum Kind: String, CaseIterable, Codable, Sendable {
        /// A move begins: its plan is being prepared. Ends in `moved` or `aborted` with the same epoch.
        case moving
        /// The agent runs the new plan; inputs and candidates are those of the decision.
        case moved
        /// A move ended before its plan ran: it failed, came too late or lost its reason.
        case aborted
        /// No move; recorded when the kind of reason changes.
        case stayed
        /// In shadow mode: a move that `auto` would have begun.
        case wouldMove = "would_move"
        /// A plan did not keep what was predicted of it, and is left again.
        case failed
        case attached, detached, pinned, unpinned, mode
        case linkLost = "link_lost", linkRestored = "link_restored"
        /// An event that could not be obeyed.
        case refused
    }

    /// What was known.
    public struct Inputs: Hashable, Codable, Sendable {
        public var newest: Conditions
        /// Samples in the window.
        public var samples: Int
        /// The readings that the window stands on, with their ages at the decision.
        public var evidence: Evidence
    }

    /// A plan that was weighed.
    public struct Candidate: Hashable, Codable, Sendable {
        public var plan: String
        /// The objective over the window in milliseconds; `nil` where frames would never be answered.
        public var predicted: Double?

        enum CodingKeys: String, CodingKey { case plan, predicted = "predicted_ms" }
    }

    /// A condition's range in which the plan moved to stays the fastest while the other conditions are as at the decision.
    public struct Range: Hashable, Codable, Sendable {
        public var condition: Condition
        /// In the condition's unit; `nil` where there is no end.
        public var low: Double?
        public var high: Double?
    }

    /// What was in force; see `ControllerSettings`.
    public struct Thresholds: Hashable, Codable, Sendable {
        public var objective: String
        /// What a move costs this device, in latency summed over frames: what the present plan must have cost more.
        public var moveCost: Nanoseconds
        /// What it has cost more than the best by now, at most `moveCost`.
        public var regret: Nanoseconds
        /// That the budget still allows.
        public var movesLeft: Int

        enum CodingKeys: String, CodingKey {
            case objective, moveCost = "move_cost_ms", regret = "regret_ms", movesLeft = "moves_left"
        }
    }

    public var time: Instant
    /// The move's epoch; in records that are not of a move, the active one.
    public var epoch: Epoch
    public var kind: Kind
    /// The plan that ran when this was decided; `nil` where none of this set did.
    public var from: String?
    /// The plan moved to, pinned, or that would be better.
    public var to: String?
    /// One line for a person.
    public var reason: String
    /// `nil` where the decision did not rest on conditions.
    public var inputs: Inputs?
    /// The best few in order, and the plan that ran.
    public var candidates: [Candidate]
    public var thresholds: Thresholds
    /// The conditions that could change this decision; without those that could not.
    public var staysWhile: [Range]

    enum CodingKeys: String, CodingKey {
        case time = "time_ns", epoch, kind, from, to, reason, inputs, candidates, thresholds, staysWhile = "stays_while"
    }
}
