public import Controller
public import Model

/// A published method as a policy: at every look at the windows its chooser's wish is the plan to run.
///
/// The methods were published for a world in which any frame can be cut anywhere. Here a wish is carried out by `Handover`, at
/// the costs that every policy meets. What a method does not say, it does not do: it has no refuge of its own in an outage, and
/// goes on as it is; it does not mind an operator.
public struct ChoosingPolicy<Chooser: PlanChooser>: Policy {
    public private(set) var chooser: Chooser
    private var handover: Handover

    public init(_ chooser: Chooser, planSet: PlanSet) {
        self.chooser = chooser
        handover = Handover(planSet.plans)
    }

    public var needs: PolicyNeeds { Chooser.readings.union(.ticks) }

    public mutating func take(_ signal: Signal, at now: Instant) -> [Action] {
        switch signal {
        case .samples(let samples): chooser.read(samples)
        case .frames(let frames): chooser.read(frames)
        case .tick: if let wish = chooser.choice() { return handover.want(wish) }
        case .event(let event):
            let before = handover.activeEpoch
            let actions = handover.take(event)
            if handover.activeEpoch != before { chooser.began(handover.activePlan) }
            return actions
        }
        return []
    }
}
