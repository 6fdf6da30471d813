import Model
import Optimizer

/// Trying a plan for the sake of knowing it.
extension SplitController {
    /// How long what is learned will be of use.
    private static let horizon = Nanoseconds.seconds(60)
    /// After a move or a change, plans are left alone for so long.
    private static let calm = Nanoseconds.seconds(10)

    /// A plan whose expected value of perfect information exceeds what trying it costs. Its latency v is taken to lie evenly
    /// within ±a of the prediction, a = √3 standard deviations of what is not known of its own times; of the present plan's
    /// latency u it then saves E[(u − v)⁺] = (u − v̄ + a)² / 4a for each frame of the horizon (Howard, "Information value theory",
    /// IEEE Transactions on Systems Science and Cybernetics 2(1), 1966). It costs (v̄ − u) for each frame of the trial, and two moves.
    func explorationVerdict(from position: Int, at now: Instant) -> Verdict {
        guard settings.explorationsPerHour > 0, settings.canaryFrames > 0, explorations.left(at: now) > 0,
            budget.left(at: now) > 1, let active, now - active.since >= Self.calm,
            let window = usableWindow(at: now), move == nil
        else { return .stay(.noGain) }
        let present = values[position]
        let rate = settings.workload.frameInterval.map { 1 / $0.inSeconds } ?? 10
        let frames = Self.horizon.inSeconds * rate
        var best: (plan: Int, net: Double)?
        for plan in values.indices where plan != position && values[plan] < .infinity {
            guard !isBackingOff(planSet.plans[plan].id, at: now) else { continue }
            let reach = reach(of: planSet.plans[plan], under: window.newest, at: now)
            let loss = values[plan] - present
            guard reach > 0, loss < reach, loss >= 0 else { continue }
            let saved = (reach - loss) * (reach - loss) / (4 * reach)
            let net = saved * frames - loss * Double(settings.canaryFrames) - 2 * price
            if net > best?.net ?? 0 { best = (plan, net) }
        }
        guard let best else { return .stay(.noGain) }
        return .propose(Proposal(plan: best.plan, cause: .exploration, value: values[best.plan], present: present))
    }

    /// How far a plan's latency may lie from its prediction, in seconds.
    private func reach(of plan: Plan, under conditions: Conditions, at now: Instant) -> Double {
        let stages = corrected.stages(of: plan, under: conditions)
        let own = stages.edge + stages.encode
        let variance = drift.variance(of: plan.id, at: now) * (own * own + stages.cloud * stages.cloud)
        return (3 * variance).squareRoot()
    }
}
