import Foundation
import Model

/// A match and how all fared.
struct Outcome: Codable, Sendable {
    /// What tells matches apart.
    struct Key: Hashable, Codable {
        var trace: String
        var model: String
        var slowdown: Double
        var load: Load
        var interval: Nanoseconds
        var hours: Double
        var noise: Double
        var movesAreFree: Bool

        enum CodingKeys: String, CodingKey {
            case trace, model, slowdown = "edge_slowdown", load, interval = "interval_ms", hours
            case noise = "reading_noise", movesAreFree = "free_moves"
        }
    }

    var match: Key
    /// Of each frame the plan that answers it first.
    var oracle: Standing
    /// Mean latency in milliseconds of the best that a search with knowledge of the future found (`Clairvoyant`).
    var clairvoyant: Double
    /// Named by its plan.
    var bestStatic: Standing
    /// The product first.
    var causal: [Standing]

    enum CodingKeys: String, CodingKey {
        case match, oracle, clairvoyant = "clairvoyant_mean_ms", bestStatic = "best_static", causal
    }

    var adaptive: Standing { causal[0] }
    var rivals: ArraySlice<Standing> { causal.dropFirst() }
    /// Of the others the one nearest to the oracle.
    var bestRival: Standing { rivals.dropFirst().reduce(rivals[1]) { $1.isBetter(than: $0) ? $1 : $0 } }

    /// Means that differ by less than this share are the same.
    static let tie = 0.001

    /// Nearer to the oracle than every other that decides, or as near.
    var isNearest: Bool { adaptive.lost <= bestRival.lost && adaptive.mean <= bestRival.mean * (1 + Self.tie) }
    var meanToBestStatic: Double { adaptive.mean / bestStatic.mean }
    var p95ToBestStatic: Double { adaptive.p95 / bestStatic.p95 }
    /// Mean over the least that is known to be possible, less one.
    func regret(of standing: Standing) -> Double { standing.mean / clairvoyant - 1 }

    var holds: Bool { isNearest && meanToBestStatic <= 1.05 && p95ToBestStatic <= 1.05 }
}
