import Foundation

/// What the matches come to.
struct Summary: Encodable, Sendable {
    var matches = 0
    /// Share of matches in which `adaptive` is nearest to the oracle of all that decide.
    var nearest = 0.0
    /// In how many of the others who was nearest.
    var beatenBy: [String: Int] = [:]
    /// Greatest ratios to the best fixed plan.
    var worstMean = 0.0
    var worstP95 = 0.0
    /// Shares of matches with a ratio of at most 1.05.
    var meanHolds = 0.0
    var p95Holds = 0.0
    /// Frames that `adaptive` lost and the best fixed plan did not.
    var lost = 0
    var movesAnHour = 0.0
    /// Geometric mean over the matches of the mean latency over the clairvoyant's, less one.
    var regret: [String: Double] = [:]

    enum CodingKeys: String, CodingKey {
        case matches, nearest = "nearest_share", beatenBy = "beaten_by", worstMean = "worst_mean_to_best_static"
        case worstP95 = "worst_p95_to_best_static", meanHolds = "mean_within_share", p95Holds = "p95_within_share", lost
        case movesAnHour = "moves_per_hour", regret = "regret_to_oracle"
    }

    init(_ outcomes: [Outcome]) {
        guard !outcomes.isEmpty else { return }
        let count = Double(outcomes.count)
        func share(_ holds: (Outcome) -> Bool) -> Double { Double(outcomes.count(where: holds)) / count }
        matches = outcomes.count
        nearest = share(\.isNearest)
        for outcome in outcomes where !outcome.isNearest { beatenBy[outcome.bestRival.policy, default: 0] += 1 }
        worstMean = outcomes.map(\.meanToBestStatic).max() ?? 0
        worstP95 = outcomes.map(\.p95ToBestStatic).max() ?? 0
        meanHolds = share { $0.meanToBestStatic <= 1.05 }
        p95Holds = share { $0.p95ToBestStatic <= 1.05 }
        lost = outcomes.reduce(0) { $0 + max(0, $1.adaptive.lost - $1.bestStatic.lost) }
        movesAnHour = outcomes.reduce(0) { $0 + Double($1.adaptive.moves) } / outcomes.reduce(0) { $0 + $1.match.hours }
        for outcome in outcomes {
            for (name, standing) in outcome.named {
                regret[name, default: 0] += log(max(1 + outcome.regret(of: standing), 1e-9)) / count
            }
        }
        regret = regret.mapValues { exp($0) - 1 }
    }
}

extension Outcome {
    /// All, in the order of reports.
    var named: [(name: String, standing: Standing)] {
        causal.map { ($0.policy, $0) } + [("best-static", bestStatic), ("oracle", oracle)]
    }
}
