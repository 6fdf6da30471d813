public import Model

/// Turns what else counts into time: with rates the cost of a frame is again an inner product of what a plan takes and what
/// conditions price, so that every ranking, range and region is worked out as for time alone.
///
/// By the energy model each second of a stage costs its power times the rate on top, and each byte its own energy: factors on a
/// plan's costs, and a part that no condition changes (`PlanCosts.fixed`).
struct Weighing {
    private var compute = 1.0
    private var radio = 1.0
    private var waiting = 1.0
    /// Seconds.
    private var sentByte: Double
    private var returnedByte = 0.0
    private var lostShare: Double

    /// - Parameter energy: without one a joule counts as nothing; see `PlanSet.check(_:)`.
    init(_ rates: ExchangeRates, _ energy: EnergyModel?) {
        sentByte = rates.sentByte
        lostShare = rates.lostShare
        guard let energy else { return }
        compute += rates.joule * energy.compute
        radio += rates.joule * energy.radio
        waiting += rates.joule * energy.idle
        sentByte += rates.joule * energy.sentByte
        returnedByte += rates.joule * energy.receivedByte
    }

    /// - Parameter loss: the share of accuracy that the plan loses.
    func weighed(_ costs: PlanCosts, loss: Double) -> PlanCosts {
        let fixed = costs.transmitBytes * sentByte + costs.resultBytes * returnedByte + loss * lostShare
        return PlanCosts(
            edge: costs.edge * compute, transmitBytes: costs.transmitBytes * radio, remote: costs.remote * waiting,
            cloud: costs.cloud * waiting, resultBytes: costs.resultBytes * radio, fixed: costs.fixed + fixed * 1e9)
    }

    /// The costs as they are, with what is added for each frame whatever the conditions: where the stages are weighed elsewhere.
    func marked(_ costs: PlanCosts, loss: Double) -> PlanCosts {
        var marked = costs
        marked.fixed = weighed(costs, loss: loss).fixed
        return marked
    }

    /// The longest of the three services that frames pass in series, in nanoseconds, of costs that were weighed.
    @inline(__always)
    func longestService(_ costs: PlanCosts, at prices: Prices) -> Double {
        max(
            costs.edge * prices.edgeWork / compute,
            max(costs.transmitBytes * prices.sentByte / radio, costs.cloud * prices.cloudWork / waiting))
    }
}

extension PlanSet {
    /// What ranking by an objective reads. The slowest stage is a time and nothing else; a deadline is held against time alone.
    func columns(for objective: Objective) -> PlanColumns {
        guard objective.rates != .timeAlone, objective.measure != .slowestStage else { return columns }
        let weighing = Weighing(objective.rates, energy)
        var weighed = columns
        for (index, plan) in plans.enumerated() {
            let (costs, loss) = (columns[index], max(0, loss(of: plan)))
            weighed[index] =
                objective.measure == .latency
                ? weighing.weighed(costs, loss: loss) : weighing.marked(costs, loss: loss)
        }
        return weighed
    }

    /// The share of accuracy that a plan loses against the whole model on the samples; all where it was not measured.
    public func loss(of plan: Plan) -> Double {
        if plan.isEdgeOnly && plan.headPrecision == nil { return 0 }
        guard let reference, let accuracy = plan.accuracy else { return 1 }
        return accuracy.drop(from: reference, .estimate)
    }

    /// - Throws: `ObjectiveError.noEnergyModel` where an objective prices what this set does not know.
    public func check(_ objective: Objective) throws(ObjectiveError) {
        guard objective.rates.joule == 0 || energy != nil else {
            throw .noEnergyModel(objective: objective.description)
        }
    }
}

/// An objective that a plan set cannot be judged by.
public enum ObjectiveError: InputError, Hashable {
    case noEnergyModel(objective: String)

    public var description: String {
        switch self {
        case .noEnergyModel(let objective):
            "objective '\(objective)' needs an energy model: `resplit plan --energy compute=5W,idle=1W,radio=lte`"
        }
    }
}
