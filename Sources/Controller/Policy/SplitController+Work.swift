import Model
import Optimizer

/// What frames cost under each plan, as far as the windows tell.
extension SplitController {
    /// The longest time that one window speaks for.
    private static let longestSpan = Nanoseconds.seconds(1)
    /// Frames a second where nobody said how often they come.
    private static let usualRate = 10.0

    /// What a move costs this device, in seconds of latency summed over frames.
    var price: Double { moveCost.value * (1 + settings.herdSpread * herdPart) }

    /// Values the plans by the window that has just come, and adds what the frames since the one before cost under each.
    mutating func valuePlans(at now: Instant) {
        guard let window = usableWindow(at: now) else { return forgetWork() }
        corrected.values(
            for: window.judged(by: settings.objective), objective: settings.objective, workload: settings.workload,
            into: &values)
        if let valued {
            let rate = settings.workload.frameInterval.map { 1 / $0.inSeconds } ?? Self.usualRate
            let frames = min(now - valued, Self.longestSpan).inSeconds * rate
            workFunction.add(values, times: frames, price: price)
        } else {
            workFunction.begin(values, price: price)
        }
        valued = now
    }

    /// The past tells nothing of what comes.
    mutating func forgetWork() {
        workFunction.reset(planSet.plans.count)
        valued = nil
    }

    /// Corrects the plans' times by what was learned, for slowdowns that are measured under the plan that runs.
    mutating func correctPlans() {
        corrected = planSet.corrected(by: drift.corrections(of: planSet.plans, under: active?.plan?.id))
    }
}

/// What a move costs: at least what the settings say, and what moves were seen to cost, the mean of the last ones.
struct MoveCost: Hashable, Sendable {
    private static let memory = 20.0

    private let least: Double
    private var mean = 0.0
    private var weight = 0.0

    /// Seconds of latency summed over frames.
    var value: Double { max(least, mean) }

    init(least: Nanoseconds) { self.least = least.inSeconds }

    mutating func learn(_ seconds: Double) {
        weight = min(weight + 1, Self.memory)
        mean += (seconds - mean) / weight
    }
}

extension ConditionsWindow {
    /// A mean is that of what is in force now: the newest moment. What happens seldom takes the whole window to see.
    func judged(by objective: Objective) -> ConditionsWindow {
        guard !objective.isOfTheTail else { return self }
        return ConditionsWindow(samples: [newest]) ?? self
    }
}
