import Controller
import Model
import Sim

/// Moves at random moments to random plans, and never looks at the world.
struct RandomMover: Policy {
    var random: SeededGenerator
    let planSet: PlanSet
    var epoch = 1
    var needs: PolicyNeeds = []
    private(set) var signals = 0

    init(_ planSet: PlanSet, seed: UInt64) {
        random = SeededGenerator(seed: seed)
        self.planSet = planSet
    }

    mutating func take(_ signal: Signal, at now: Instant) -> [Action] {
        signals += 1
        guard case .event(let event) = signal else { return [] }
        switch event {
        case .attached, .wake:
            epoch += 1
            let plan = planSet.plans.randomElement(using: &random)
            let wake = Action.wake(at: now + .milliseconds(.random(in: 1...400, using: &random)))
            return plan.map { [.prepare($0, epoch), wake] } ?? [wake]
        case .prepared(let epoch): return [.activate(epoch)]
        case .drained(let epoch): return [.retire(epoch)]
        default: return []
        }
    }
}
