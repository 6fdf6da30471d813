import MadeUp
import Model
import Optimizer

/// The best plan of sets of 10 to 1,000, under one condition and by the 95th percentile over 256 samples.
struct DecisionGrowthSubject: Subject {
    /// A decision to take, and what ours is.
    struct Instance: Encodable {
        var name: String
        var plans: Int
        /// For each plan what it takes of each price: edge work, bytes sent, the round trip, cloud work, bytes returned.
        var costs: [[Double]]
        /// For each sample the price of each, in nanoseconds.
        var prices: [[Double]]
        /// The position, from 1, of the latency that counts, among those of the samples in ascending order.
        var rank: Int
        var best: Int
        /// Seconds.
        var value: Double
    }

    private struct Case {
        var name: String
        var set: PlanSet
        var window: ConditionsWindow

        func best() -> Ranking? {
            if window.samples.count == 1 { return set.best(under: window.newest) }
            return set.best(for: window, objective: .quantile(DecisionGrowthSubject.quantile))
        }
    }

    private struct NoPlan: Error {}

    private static let samples = 256
    private static let quantile = 0.95
    private let cases: [Case]
    let instances: [Instance]

    init() throws {
        cases = [10, 20, 50, 100, 200, 500, 1_000].flatMap { plans in
            let set = MadeUpDecisions.planSet(plans)
            return [
                Case(name: "one, \(plans) plans", set: set, window: MadeUpDecisions.window(1)),
                Case(name: "p95, \(plans) plans", set: set, window: MadeUpDecisions.window(Self.samples)),
                Case(name: "p95 varied, \(plans) plans", set: set, window: MadeUpDecisions.wideWindow(Self.samples)),
            ]
        }
        instances = try cases.map { one in
            guard let ranking = one.best() else { throw NoPlan() }
            return Instance(
                name: one.name, plans: one.set.plans.count, costs: one.set.plans.map(\.costsByPrice),
                prices: one.window.samples.map(\.prices),
                rank: Int((Self.quantile * Double(one.window.samples.count)).rounded(.up)), best: ranking.best,
                value: ranking.value)
        }
    }

    mutating func round(_ number: Int) throws -> [String: [String: Double]] {
        var times: [String: [String: Double]] = [:]
        for one in cases {
            let calls = max(1, 200_000 / (one.set.plans.count * one.window.samples.count))
            var sum = 0.0
            let time = nanoseconds { for _ in 0..<calls { sum += one.best()?.value ?? 0 } }
            guard sum > 0 else { throw NoPlan() }
            times[one.name] = ["ours": time / Double(calls)]
        }
        return times
    }
}

extension Plan {
    /// What of each price it takes; all of it on the edge where nothing crosses.
    fileprivate var costsByPrice: [Double] {
        if isEdgeOnly { return [Double(edgeWork.count), 0, 0, 0, 0] }
        return [
            Double((edgeWork + encodeWork).count), Double(transmitBytes), 1, Double(cloudWork.count),
            Double(resultBytes),
        ]
    }
}

extension Conditions {
    fileprivate var prices: [Double] {
        [
            edgeSlowdown, 8e9 / uplink.bitsPerSecond, Double((rtt + cloudQueue).count), cloudSlowdown,
            8e9 / downlink.bitsPerSecond,
        ]
    }
}
