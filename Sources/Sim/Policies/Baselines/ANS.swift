import Glibc
public import Model

/// Zhang, Chen and Xu, "Autodidactic Neurosurgeon: Collaborative Deep Inference for Mobile Edge Intelligence via Online
/// Learning", WWW 2021: the algorithm μLinUCB. The delay before a cut is known, d_p; that after it is learnt as a linear
/// function of what the plan leaves to others, x_p. Before frame t
///
///     p_t = argmin over p of  d_p + θᵀ x_p − α √((1 − L) · x_pᵀ A⁻¹ x_p),     θ = A⁻¹ b
///
/// by the ridge regression of the delays seen (`RidgeRegression`); L is the weight of the frame, 0.8 for key frames and 0.2 for
/// others, which all frames here are. For the edge alone x = 0: nothing is learnt from it, so that a method that once believes
/// in it would never learn better. Hence **forced sampling**: of T frames every ⌈T^μ⌉-th, μ = 0.25, is not left to the edge alone.
/// The regret is then at most of the order of T^0.75 · log T. T is not known: phases of 200, 400, 800 … frames, each with its own interval and α
/// as its T says; what was learnt is kept.
///
///     α = (1 + 0.05 · √(d · log((1 + T · C²) / 0.1))) / (1 − 0.8),   C the greatest ‖x_p‖, d the dimension
///
/// Delays are in milliseconds. Where this had to differ from the paper:
/// - x_p: the paper counts layers and multiply-accumulates of the tail by kind, and the bytes of the cut. Plans do not list their
///   layers. Theirs are (1, bytes sent, profiled time of the tail), each over its greatest in the set, in which the true delay is
///   linear: round trip and queue, reciprocal of the rate, slowdown of the cloud. Fewer coefficients are sooner learnt.
/// - d_p is the profiled time by the newest reading of the edge's slowdown.
/// - Answers come late and moves take time, so a frame that is due to be forced stays due until one is back from the cloud.
public struct ANS: PlanChooser {
    public static let readings: PolicyNeeds = [.samples, .frames]

    private struct Arm: Hashable, Sendable {
        /// Profiled milliseconds of head and encoding.
        var edge: Double
        /// Zero for the edge alone.
        var context: [Double]
        var isRemote: Bool
    }

    private let arms: [Arm]
    private let position: [String: Int]
    private var regression = RidgeRegression(dimension: 3)
    private var schedule = ForcedSampling()
    private var last = LastConditions()

    public init(planSet: PlanSet) {
        let plans = planSet.plans
        func share(_ value: Double, _ all: [Double]) -> Double { (all.max() ?? 0) > 0 ? value / (all.max() ?? 1) : 0 }
        let bytes = plans.map { Double($0.transmitBytes) }
        let tails = plans.map(\.cloudWork.inMilliseconds)
        arms = plans.indices.map { index in
            let plan = plans[index]
            let context = [1, share(bytes[index], bytes), share(tails[index], tails)]
            return Arm(
                edge: (plan.isEdgeOnly ? plan.edgeWork : plan.edgeWork + plan.encodeWork).inMilliseconds,
                context: plan.isEdgeOnly ? [0, 0, 0] : context, isRemote: !plan.isEdgeOnly)
        }
        position = Dictionary(uniqueKeysWithValues: plans.enumerated().map { ($1.id, $0) })
    }

    public mutating func read(_ samples: [Sample]) { last.read(samples) }

    /// A frame that the edge answered because the cloud did not counts as one of the edge alone.
    public mutating func read(_ frames: [FrameRecord]) {
        for frame in frames {
            guard let arm = position[frame.planID] else { continue }
            let isRemote = arms[arm].isRemote && frame.answer == .planned
            if isRemote {
                let stages = frame.stages
                let delay = frame.latency - stages.edgeQueue - stages.edge - stages.encode
                regression.add(arms[arm].context, delay.inMilliseconds)
            }
            schedule.answered(isRemote: isRemote)
        }
    }

    public func choice() -> Int? {
        let allowed = arms.indices.filter { arms[$0].isRemote || !schedule.isDue }
        let candidates = allowed.isEmpty ? Array(arms.indices) : allowed
        let width = alpha * (1 - Self.weight).squareRoot()
        return candidates.map { (bound: bound(of: arms[$0], width), index: $0) }.min { $0 < $1 }?.index
    }

    private func bound(of arm: Arm, _ width: Double) -> Double {
        arm.edge * last.value.edgeSlowdown + regression.estimate(arm.context)
            - width * regression.uncertainty(arm.context).squareRoot()
    }

    /// Of a frame that is no key frame.
    private static let weight = 0.2

    private var alpha: Double {
        let greatest = arms.map { $0.context.reduce(0) { $0 + $1 * $1 } }.max() ?? 0
        let spread = (1 + Double(schedule.length) * greatest) / 0.1
        return (1 + 0.05 * (3 * log(spread)).squareRoot()) / (1 - 0.8)
    }
}

/// Which frames may not be left to the edge alone: of each phase of T frames, T = 200, 400, 800 …, every ⌈T^0.25⌉-th.
package struct ForcedSampling: Hashable, Sendable {
    /// T of the present phase.
    package private(set) var length = 200
    /// Frames answered in the present phase.
    private var count = 0
    package private(set) var isDue = false

    package init() {}

    package mutating func answered(isRemote: Bool) {
        if isRemote { isDue = false }
        count += 1
        if count.isMultiple(of: interval) { isDue = true }
        guard count == length else { return }
        count = 0
        length = min(length * 2, 1 << 40)
    }

    /// Exact for whole numbers: no logarithm is taken.
    package var interval: Int { Int(Double(length).squareRoot().squareRoot().rounded(.up)) }
}
