public import Model
import Optimizer

/// Hu, Bao, Wang and Liu, "Dynamic Adaptive DNN Surgery for Inference Acceleration on the Edge", INFOCOM 2019, sections IV
/// and V. A frame passes edge, uplink and cloud, which take t_e, t_t and t_c:
///
///     light load: argmin of t_e + t_t + t_c            (the latency of a frame that waits for nothing)
///     heavy load: argmin of max(t_e, t_t, t_c)         (the throughput's reciprocal)
///
/// The load is light as long as the light plan keeps up with the arrivals, max(t_e, t_t, t_c) < interval, and heavy otherwise.
/// Decides by the newest reading of each condition, over all cuts of the plan set: the minimum cuts that the paper looks for in
/// the graph are among them.
///
/// In the light case round trip, queue and return count beside the stages, as for all methods here. Of equal bottlenecks the
/// lesser latency wins, then the first of the set. Where none would ever be answered, it goes on as it is.
public struct DADS: PlanChooser {
    public static let readings: PolicyNeeds = .samples

    private let planSet: PlanSet
    /// Seconds between frames; `nil` where one waits for the answer to the one before: the load is always light.
    private let interval: Double?
    private var last = LastConditions()

    public init(planSet: PlanSet, frameInterval: Nanoseconds?) {
        self.planSet = planSet
        interval = frameInterval?.inSeconds
    }

    public mutating func read(_ samples: [Sample]) { last.read(samples) }

    public func choice() -> Int? {
        guard let light = planSet.best(under: last.value), light.value < .infinity else { return nil }
        guard let interval, bottleneck(of: light.best) >= interval else { return light.best }
        return planSet.plans.indices.min { key(of: $0) < key(of: $1) }
    }

    private func key(of plan: Int) -> (Double, Double, Int) {
        (bottleneck(of: plan), planSet.stages(of: planSet.plans[plan], under: last.value).total, plan)
    }

    /// Seconds that a frame takes of its slowest stage.
    private func bottleneck(of plan: Int) -> Double {
        let stages = planSet.stages(of: planSet.plans[plan], under: last.value)
        return max(stages.edge + stages.encode, stages.transfer, stages.cloud)
    }
}
