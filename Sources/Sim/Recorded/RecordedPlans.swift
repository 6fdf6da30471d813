public import Controller
public import Model

/// Serves each frame of a recorded run by the plan that served it then: it knows when the plan changed, and looks at nothing. In a
/// world where moves cost no time every frame has its plan again.
public struct RecordedPlans: Policy {
    private struct Change: Hashable, Sendable {
        var time: Instant
        /// Position in the plan set.
        var plan: Int
    }

    private let changes: [Change]
    private var done = 0
    private var handover: Handover

    public init(_ run: RecordedRun) {
        let plans = run.planSet.plans
        let positions = Dictionary(plans.enumerated().map { ($1.id, $0) }) { first, _ in first }
        let origin = run.origin
        var changes: [Change] = []
        for frame in run.frames {
            guard let plan = positions[frame.planID], plan != changes.last?.plan else { continue }
            changes.append(Change(time: .zero + (frame.captured - origin), plan: plan))
        }
        self.changes = changes
        handover = Handover(plans)
    }

    /// Nothing: so no agent believes the link lost at a moment when it was not then, and every preparation succeeds.
    public var needs: PolicyNeeds { [] }

    public mutating func take(_ signal: Signal, at now: Instant) -> [Action] {
        guard case .event(let event) = signal else { return [] }
        switch event {
        case .attached: return handover.take(event) + catchUp(to: now)
        case .wake: return catchUp(to: now)
        default: return handover.take(event)
        }
    }

    /// Carries out what is due, and asks to be woken for the next.
    private mutating func catchUp(to now: Instant) -> [Action] {
        var actions: [Action] = []
        var due: Int?
        while done < changes.count, changes[done].time <= now {
            due = changes[done].plan
            done += 1
        }
        if let due { actions += handover.want(due) }
        if done < changes.count { actions.append(.wake(at: changes[done].time)) }
        return actions
    }
}
