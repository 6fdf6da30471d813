/// When to move, as a metrical task system: the states are the plans, the tasks are the frames, whose predicted latencies come
/// with time, and to change the state costs a price. w(p) is the least that all frames so far would have cost, moves
/// included, by any course that ends in plan p:
///
///     w'(p) = min(w(p) + c(p), m + price),  m = min over q of (w(q) + c(q))
///
/// The rule, the work function algorithm, leaves a plan for the one of least work as soon as its own work is a whole price above:
/// when staying has cost as much more as it would have cost to move. In n plans its cost is at most 2n − 1 times that of the
/// best course in hindsight (plus a constant), and no deterministic rule has a better bound (Borodin, Linial, Saks, "An optimal
/// on-line algorithm for metrical task system", Journal of the ACM 39(4), 1992, theorems 4.2 and 2.2). A great gain thus moves
/// at once, a small one once it has lasted, and one that comes and goes never.
///
/// Kept less its least value, so that it neither grows nor loses digits.
package struct WorkFunction: Hashable, Sendable {
    package init() {}

    /// By position in the plan set, 0…price.
    package private(set) var work: [Double] = []

    /// Forgets the past.
    package mutating func reset(_ count: Int) {
        if work.count != count { work = [Double](repeating: 0, count: count) }
        for plan in work.indices { work[plan] = 0 }
    }

    /// Begins with a past that speaks for the plan of least cost as much as a past can: whatever runs was chosen without knowing.
    package mutating func begin(_ costs: [Double], price: Double) {
        reset(costs.count)
        let least = costs.min() ?? 0
        for plan in work.indices where costs[plan] > least { work[plan] = price }
    }

    /// Forgets what speaks against a plan.
    package mutating func favour(_ plan: Int) { work[plan] = 0 }

    /// - Parameter costs: of each plan, in any unit; infinite where it would not answer.
    package mutating func add(_ costs: [Double], times frames: Double, price: Double) {
        var least = Double.infinity
        for plan in work.indices {
            work[plan] += costs[plan] * frames
            least = min(least, work[plan])
        }
        guard least < .infinity else { return reset(work.count) }
        for plan in work.indices { work[plan] = min(work[plan] - least, price) }
    }

    /// By how much the past speaks for `other` and against `plan`.
    package func advantage(of other: Int, over plan: Int) -> Double { work[plan] - work[other] }
}
