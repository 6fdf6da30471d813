public import Model
import Optimizer
import Telemetry

/// The usual cure for restlessness, as an engineer would first write it: the conditions are the means over the last 30 readings
/// of each metric; after a move the plan is held for 30 requests; a move has to gain more than 8 ms a frame.
public struct HoldHysteresis: PlanChooser {
    public static let readings: PolicyNeeds = [.samples, .frames]
    /// Readings of which the mean is taken.
    static let memory = 30
    /// Requests for which a plan is held.
    static let hold = 30
    /// Seconds that a move has to gain, and more.
    static let threshold = 0.008

    private let planSet: PlanSet
    private var means: [Metric: RecentMean] = [:]
    private var present: Int?
    private var hasBegun = false
    /// Requests since the plan began; from `hold` on no longer of interest.
    private var requests = Self.hold

    public init(planSet: PlanSet) { self.planSet = planSet }

    public mutating func read(_ samples: [Sample]) {
        for sample in samples where sample.weight > 0 {
            means[sample.metric, default: RecentMean(of: Self.memory)].add(sample.value)
        }
    }

    public mutating func read(_ frames: [FrameRecord]) { requests = min(requests + frames.count, Self.hold) }

    public mutating func began(_ plan: Int?) {
        // What runs at the start was not moved to.
        if hasBegun { requests = 0 }
        (present, hasBegun) = (plan, true)
    }

    public func choice() -> Int? {
        guard requests >= Self.hold else { return nil }
        let conditions = conditions
        guard let best = planSet.best(under: conditions), best.value < .infinity else { return nil }
        guard let present else { return best.best }
        let here = planSet.stages(of: planSet.plans[present], under: conditions).total
        return here - best.value > Self.threshold ? best.best : nil
    }

    private var conditions: Conditions {
        var conditions = EstimatorSettings().initial
        for metric in Metric.allCases {
            if let mean = means[metric]?.value { conditions[metric] = mean }
        }
        return conditions
    }
}

/// The mean of the last few values.
private struct RecentMean: Hashable, Sendable {
    private let count: Int
    private var values: [Double] = []
    private var next = 0

    init(of count: Int) { self.count = count }

    mutating func add(_ value: Double) {
        if values.count < count {
            values.append(value)
        } else {
            values[next] = value
            next = (next + 1) % count
        }
    }

    /// Summed anew, so that no rounding is carried along.
    var value: Double { values.reduce(0, +) / Double(values.count) }
}
