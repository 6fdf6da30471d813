package import Model

/// What the field taught about the times of each plan: ratios to its profile by site, with how sure they are.
///
/// Head and tail slow down with their machines, which all plans share, so a plan's own ratio shows where plans meet: in the first
/// frames after a move, the site's slowdown that they show over the one shown by the plan before. A scalar Kalman filter on the
/// ratio (Kalman, "A new approach to linear filtering and prediction problems", 1960) with this noise: machines themselves
/// change by `machineNoise` while a move lasts. What is known fades: its variance grows back to `prior` in `memory`.
package struct PlanDrift: Hashable, Sendable {
    package init() {}

    struct Known: Hashable, Sendable {
        var ratios = SiteRatios()
        /// Relative.
        var variance: Double
        var learned: Instant
    }

    /// Relative variance of a profiled plan's ratio: profiles time the very halves that run.
    static let prior = 0.1 * 0.1
    /// Times drift on, so that nothing is ever quite certain.
    static let least = prior / 4
    static let machineNoise = 0.1 * 0.1
    static let memory = Nanoseconds.seconds(1800)
    /// Ratios beyond these are taken for damage to the measurement.
    static let range = 0.2...5.0

    private(set) var known: [String: Known] = [:]

    package func ratios(of plan: String?) -> SiteRatios { plan.flatMap { known[$0]?.ratios } ?? SiteRatios() }

    package func variance(of plan: String, at now: Instant) -> Double {
        guard let known = known[plan] else { return Self.prior }
        let share = min(1, (now - known.learned).inSeconds / Self.memory.inSeconds)
        return max(known.variance, Self.prior * share)
    }

    /// - Parameters:
    ///   - edge: time of the edge's work over what was predicted, where there was any; likewise `cloud`.
    ///   - former: the plan under which the slowdowns of the prediction were measured.
    package mutating func learn(_ plan: String, edge: Double?, cloud: Double?, after former: String?, at now: Instant) {
        let variance = variance(of: plan, at: now)
        let gain = variance / (variance + Self.machineNoise)
        let (own, other) = (ratios(of: plan), ratios(of: former))
        func updated(_ own: Double, _ other: Double, _ observed: Double?) -> Double {
            guard let observed, observed > 0, observed.isFinite else { return own }
            let shown = observed * other
            return min(max(own + gain * (shown - own), Self.range.lowerBound), Self.range.upperBound)
        }
        known[plan] = Known(
            ratios: SiteRatios(
                edge: updated(own.edge, other.edge, edge), cloud: updated(own.cloud, other.cloud, cloud)),
            variance: max(variance * (1 - gain), Self.least), learned: now)
    }

    /// What to correct the plans' times by, where slowdowns are measured under `active`.
    func corrections(of plans: [Plan], under active: String?) -> [String: SiteRatios] {
        guard !known.isEmpty else { return [:] }
        let base = ratios(of: active)
        return Dictionary(
            uniqueKeysWithValues: plans.map { plan in
                let own = ratios(of: plan.id)
                return (plan.id, SiteRatios(edge: own.edge / base.edge, cloud: own.cloud / base.cloud))
            })
    }
}
