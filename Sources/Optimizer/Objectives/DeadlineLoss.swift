import Model

/// What a frame loses by a deadline, as a time.
///
/// The field counts late jobs: the unit penalty of scheduling theory, U = 1 where a job ends after its due date, else 0 (Graham, Lawler,
/// Lenstra, Rinnooy Kan, "Optimization and approximation in deterministic sequencing and scheduling: a survey", Annals of Discrete
/// Mathematics 5, 1979, section 2), and the step of a time-utility function (Jensen, Locke, Tokuda, "A time-driven scheduling model for
/// real-time operating systems", RTSS 1985). Here a frame of time T that is later than the deadline D costs D:
///
///     loss = D · [T > D] + min(T, 100 D) / 1000 + what else counts
///
/// so its mean over a window is D times the share of late samples, and a thousandth of their mean time, which decides where the shares are
/// equal. That is the lexicographic order by weights (Sherali, "Equivalent weights for lexicographic multi-objective programs", European
/// Journal of Operational Research 11(4), 1982): with nothing else counted the plan of fewer late samples has the lesser mean for certain
/// if n · τ < 1000 D, where n is the number of samples and τ the longest time (32 samples of 31 deadlines at most), or if the shares
/// differ by more than a tenth.
///
/// A sample in which no frame ever comes back counts as one of 100 deadlines: a share is to survive a seldom outage. What else counts by
/// an exchange rate is added as it is, so that a late frame weighs as much as D of it; but the energy of a stage is counted up to D, so
/// that it is bounded, too.
///
/// The loss never falls where a cost grows, so no plan can win that another one dominates.
struct DeadlineLoss {
    /// The mean time's part.
    static var timeWeight: Double { 1e-3 }
    /// In deadlines: what a frame takes at most in the mean.
    static var longestTime: Double { 100 }

    /// Nanoseconds.
    let deadline: Double
    /// Whether nothing but time counts: of two plans the one that takes less then loses no more.
    let isOfTimeAlone: Bool
    let overload: Overload
    /// Nanoseconds that a nanosecond of a stage adds by the energy it takes.
    let energy: StageEnergy

    struct StageEnergy {
        /// Head and encoding.
        var edge = 0.0
        /// Transfers either way.
        var radio = 0.0
        /// Round trip, queue and tail.
        var waiting = 0.0
    }

    /// - Parameter energy: without one a joule counts as nothing.
    init(_ deadline: Nanoseconds, _ rates: ExchangeRates, _ energy: EnergyModel?, _ workload: Workload) {
        self.deadline = Double(deadline.count)
        isOfTimeAlone = rates == .timeAlone
        overload = Overload(workload, Weighing(.timeAlone, nil))
        self.energy =
            energy.map { model in
                StageEnergy(
                    edge: rates.joule * model.compute, radio: rates.joule * model.radio,
                    waiting: rates.joule * model.idle)
            } ?? StageEnergy()
    }

    /// Under certain conditions, in nanoseconds; infinite where the frame never comes back.
    @inline(__always)
    func callAsFunction(_ costs: PlanCosts, _ prices: Prices) -> Double {
        let time = time(costs, at: prices)
        return time < .infinity ? lateness(time) + rest(costs, at: prices) : .infinity
    }

    /// What a frame takes, in nanoseconds.
    @inline(__always)
    func time(_ costs: PlanCosts, at prices: Prices) -> Double {
        let latency = costs.timeAlone.latency(at: prices)
        return overload.isFree ? latency : latency + overload.wait(costs, at: prices)
    }

    /// The loss by time alone, finite.
    @inline(__always)
    func lateness(_ time: Double) -> Double {
        (time > deadline ? deadline : 0) + Self.timeWeight * min(time, Self.longestTime * deadline)
    }

    /// What else counts, finite.
    @inline(__always)
    func rest(_ costs: PlanCosts, at prices: Prices) -> Double {
        if isOfTimeAlone { return 0 }
        func held(_ time: Double) -> Double { min(time, deadline) }
        let radio = held(costs.transmitBytes * prices.sentByte) + held(costs.resultBytes * prices.returnedByte)
        let waiting = held(costs.remote * prices.remote) + held(costs.cloud * prices.cloudWork)
        return energy.edge * held(costs.edge * prices.edgeWork) + energy.radio * radio + energy.waiting * waiting
            + costs.fixed
    }
}

extension PlanCosts {
    /// These without what an objective adds whatever the conditions.
    @inline(__always)
    var timeAlone: PlanCosts {
        var costs = self
        costs.fixed = 0
        return costs
    }
}
