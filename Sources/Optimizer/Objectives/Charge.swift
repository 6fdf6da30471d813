import Model

/// What a frame takes under a plan and some conditions, in nanoseconds, as an objective counts it.
enum Charge {
    case latency
    /// With what a mean frame waits behind a backlog.
    case latencyAndWait(Overload)
    case slowestStage

    init(_ measure: Objective.Measure, _ overload: Overload) {
        switch measure {
        case .latency: self = overload.isFree ? .latency : .latencyAndWait(overload)
        case .slowestStage: self = .slowestStage
        }
    }

    var isLatency: Bool { if case .latency = self { true } else { false } }

    @inline(__always)
    func callAsFunction(_ costs: PlanCosts, _ prices: Prices) -> Double {
        switch self {
        case .latency: costs.latency(at: prices)
        case .latencyAndWait(let overload): costs.latency(at: prices) + overload.wait(costs, at: prices)
        case .slowestStage: Prices.time(costs.longestService(at: prices))
        }
    }
}

/// The plans of a set as an objective sees them.
struct Contest {
    let plans: [Plan]
    let columns: PlanColumns
    let objective: Objective
    let charge: Charge

    init(_ set: PlanSet, _ objective: Objective, _ workload: Workload) {
        plans = set.plans
        columns = set.columns(weighedBy: objective.effectiveRates)
        self.objective = objective
        charge = Charge(objective.measure, Overload(workload, Weighing(objective.rates, set.energy)))
    }

    /// Whether the objective over a window is the charge at its mean prices.
    func isLinear(over window: ConditionsWindow) -> Bool {
        window.samples.count == 1 || (objective.statistic == .mean && charge.isLatency)
    }

    /// The best two at some prices.
    func podium(at prices: Prices, among isAdmitted: ((Plan) -> Bool)?) -> Podium {
        let scan = PlanScan(plans: plans, columns: columns)
        // A scan of its own for each, so that none tells them apart plan by plan.
        switch charge {
        case .latency: return scan.podium(among: isAdmitted) { $0.latency(at: prices) }
        case .latencyAndWait, .slowestStage: return scan.podium(among: isAdmitted) { charge($0, prices) }
        }
    }
}

extension Objective {
    /// The slowest stage is a time and nothing else.
    fileprivate var effectiveRates: ExchangeRates { measure == .slowestStage ? .timeAlone : rates }
}
