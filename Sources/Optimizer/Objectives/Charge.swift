import Model

/// What a frame takes under a plan and some conditions, in nanoseconds, as an objective counts it.
enum Charge {
    case latency
    /// With what a mean frame waits behind a backlog.
    case latencyAndWait(Overload)
    case slowestStage
    case deadlineLoss(DeadlineLoss)

    init(_ objective: Objective, _ energy: EnergyModel?, _ workload: Workload) {
        let rates = objective.rates
        switch objective.measure {
        case .latency: self = .time(Overload(workload, Weighing(rates, energy)))
        case .slowestStage: self = .slowestStage
        case .deadlineMiss(let deadline): self = .deadlineLoss(DeadlineLoss(deadline, rates, energy, workload))
        }
    }

    private static func time(_ overload: Overload) -> Charge { overload.isFree ? .latency : .latencyAndWait(overload) }

    var isLatency: Bool { if case .latency = self { true } else { false } }

    /// What orders plans as this does where conditions are certain: of losses that rise with time alone the time, in which plans
    /// differ that are as late as counts.
    var whereCertain: Charge {
        if case .deadlineLoss(let loss) = self, loss.isOfTimeAlone { .time(loss.overload) } else { self }
    }

    @inline(__always)
    func callAsFunction(_ costs: PlanCosts, _ prices: Prices) -> Double {
        switch self {
        case .latency: costs.latency(at: prices)
        case .latencyAndWait(let overload): costs.latency(at: prices) + overload.wait(costs, at: prices)
        case .slowestStage: Prices.time(costs.longestService(at: prices))
        case .deadlineLoss(let loss): loss(costs, prices)
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
        columns = set.columns(for: objective)
        self.objective = objective
        charge = Charge(objective, set.energy, workload)
    }

    /// Whether the objective over a window is the charge at its mean prices.
    func isLinear(over window: ConditionsWindow) -> Bool {
        window.samples.count == 1 || (objective.statistic == .mean && charge.isLatency)
    }

    /// The best two under certain conditions, with their charges in seconds.
    func ranking(at prices: Prices, among isAdmitted: ((Plan) -> Bool)?) -> Ranking? {
        var ranking = podium(at: prices, among: isAdmitted).ranking(unit: 1e9)
        if case .deadlineLoss(let loss) = charge, loss.isOfTimeAlone, let podium = ranking {
            ranking?.value = loss(columns[podium.best], prices) / 1e9
            ranking?.runnerUpValue = podium.runnerUp.map { loss(columns[$0], prices) / 1e9 }
        }
        return ranking
    }

    /// The best two at some prices, by what orders plans there.
    func podium(at prices: Prices, among isAdmitted: ((Plan) -> Bool)?) -> Podium {
        let scan = PlanScan(plans: plans, columns: columns)
        let charge = charge.whereCertain
        // A scan of its own for each, so that none tells them apart plan by plan.
        switch charge {
        case .latency: return scan.podium(among: isAdmitted) { $0.latency(at: prices) }
        case .latencyAndWait, .slowestStage, .deadlineLoss: return scan.podium(among: isAdmitted) { charge($0, prices) }
        }
    }
}
