import Model
import Optimizer

/// The first frames under a new plan, beside what was predicted for them.
struct Canary: Hashable, Sendable {
    var epoch: Epoch
    /// To go back to.
    var former: Plan
    /// Those of the decision: slowdowns in them were measured under `former`.
    var conditions: Conditions
    /// Seconds of service, by the profile, under the conditions of the decision.
    var profiled: PredictedStages
    /// The same with all that was known.
    var predicted: Double
    private(set) var frames = 0
    private(set) var fallbacks = 0
    /// Sums over frames, in seconds.
    private var sums = (service: 0.0, edge: 0.0, cloud: 0.0)

    init(epoch: Epoch, plan: Plan, former: Plan, conditions: Conditions, predicted: Double) {
        self.epoch = epoch
        self.former = former
        self.conditions = conditions
        self.predicted = predicted
        profiled = plan.stages(under: conditions)
    }

    /// Seconds that a frame would take now under the plan before, by its own slowdowns.
    func serviceBefore(under newest: Conditions) -> Double {
        var conditions = newest
        conditions.edgeSlowdown = self.conditions.edgeSlowdown
        conditions.cloudSlowdown = self.conditions.cloudSlowdown
        return former.stages(under: conditions).total
    }

    mutating func add(_ served: Served) {
        let count = Double(served.frames)
        frames += served.frames
        fallbacks += served.fallbacks
        sums.service += served.service.inSeconds * count
        sums.edge += served.edge.inSeconds * count
        sums.cloud += served.cloud.inSeconds * count
    }

    /// Of a frame; infinite where the cloud mostly did not answer and the plan before had no need of it.
    var service: Double {
        if former.isEdgeOnly, fallbacks > frames { return .infinity }
        return frames > 0 ? sums.service / Double(frames) : 0
    }
    /// Over what the profile said; `nil` where there was no such work.
    var edgeRatio: Double? { ratio(sums.edge, profiled.edge + profiled.encode) }
    var cloudRatio: Double? { ratio(sums.cloud, profiled.cloud) }

    private func ratio(_ sum: Double, _ predicted: Double) -> Double? {
        frames > 0 && predicted > 0.0005 && predicted < .infinity ? sum / Double(frames) / predicted : nil
    }

    static func == (a: Self, b: Self) -> Bool {
        a.epoch == b.epoch && a.former == b.former && a.frames == b.frames && a.fallbacks == b.fallbacks
            && a.sums == b.sums && a.predicted == b.predicted
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(epoch)
        hasher.combine(frames)
    }
}

/// Learning from frames, and going back where a plan does not keep what was predicted.
extension SplitController {
    /// A plan before must be faster by this share now, or the new one stays in spite of all.
    private static let rollbackGain = 0.1

    mutating func take(_ served: [Served], at now: Instant) -> [Action] {
        var actions: [Action] = []
        for report in served where report.frames >= 0 && report.fallbacks >= 0 && report.service >= .zero {
            noteDisturbance(report)
            guard var canary, canary.epoch == report.epoch else { continue }
            canary.add(report)
            self.canary = canary
            if canary.frames + canary.fallbacks >= settings.canaryFrames { actions += judge(canary, at: now) }
        }
        return actions
    }

    mutating func beginCanary(of done: Move, after former: Plan?) {
        canary = nil
        guard settings.canaryFrames > 0, let former, let conditions = done.decision.inputs?.newest else { return }
        canary = Canary(
            epoch: done.epoch, plan: done.plan, former: former, conditions: conditions, predicted: done.predicted)
    }

    /// The plan on trial is left before its frames are all in: what they say is kept all the same.
    mutating func endCanary(of plan: Plan?, at now: Instant) {
        if let canary, let plan, canary.frames > 0 { learn(from: canary, plan, at: now) }
        canary = nil
    }

    private mutating func learn(from canary: Canary, _ plan: Plan, at now: Instant) {
        drift.learn(plan.id, edge: canary.edgeRatio, cloud: canary.cloudRatio, after: canary.former.id, at: now)
        correctPlans()
    }

    private mutating func judge(_ canary: Canary, at now: Instant) -> [Action] {
        self.canary = nil
        guard let plan = active?.plan else { return [] }
        learn(from: canary, plan, at: now)
        let before = window.map { canary.serviceBefore(under: $0.conditions.newest) } ?? .infinity
        let isLate = canary.service > canary.predicted * (1 + settings.canaryTolerance)
        guard isLate, canary.service > before * (1 + Self.rollbackGain), pinnedPlan == nil, mode == .auto else {
            backoffs[plan.id] = nil
            return []
        }
        backOff(plan.id, at: now)
        rollback = canary.former
        let taken = milliseconds(canary.service * 1e3)
        let predicted = milliseconds(canary.predicted * 1e3)
        return [
            record(
                .failed, to: canary.former.id,
                "\(phrase(plan.id, plan)) took \(taken) where \(predicted) were predicted, and \(phrase(canary.former.id, canary.former)) would take \(milliseconds(before * 1e3))",
                at: now)
        ]
    }

    /// Frames of the plan that is being left, while the next one is built beside them.
    private mutating func noteDisturbance(_ report: Served) {
        guard let active, report.epoch == active.epoch, report.frames > 0, move != nil, let plan = active.plan,
            let window
        else { return }
        let usual = corrected.stages(of: plan, under: window.conditions.newest).total
        guard usual < .infinity else { return }
        disturbance += max(0, report.service.inSeconds - usual) * Double(report.frames)
    }
}
