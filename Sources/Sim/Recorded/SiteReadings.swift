import Glibc
package import Model

/// What frames showed of one site: how many times its profiled time each frame's work took, at the moment when it began.
///
/// A reading is slowdown of the machine, times the ratio of the frame's plan to its profile, times chance. The two factors are told
/// apart where plans meet: within `reach` on both sides of a change of plan the machine is taken to be the same, so that the
/// medians there differ by the plans' ratios. Least squares over all changes, in logarithms, each counting as often as there are
/// readings on its thinner side, and a prior of one reading that all ratios are as profiled. But a plan often changes because the
/// machine did: so few readings count on each side, and a change counts the less the further it is from what the others and the
/// profile say, beyond what machines change by anyway (Huber's weights, by reweighting from the profile on; Huber, "Robust
/// estimation of a location parameter", Annals of Mathematical Statistics 35(1), 1964). What that leaves open, a factor common to
/// all, is settled by the plan with the most work here, whose ratio is one: what every run of a session costs beside its work
/// (caches gone cold between frames, waking) is the least part of that. Plans that were not seen have the ratio one, too.
///
/// `Controller.PlanDrift` learns the same while a run goes on; here all of the run is known.
package struct SiteReadings: Sendable {
    package struct Slowdown: Sendable {
        /// Position in the plan set.
        package var plan: Int
        package var slowdown: Double

        package init(plan: Int, slowdown: Double) {
            self.plan = plan
            self.slowdown = slowdown
        }
    }

    /// As far as a machine's slowdown is taken to stay.
    static let reach = Nanoseconds.milliseconds(1500)
    /// Readings on each side of a change of plan.
    private static let depth = 3
    /// What machines change by while plans do, as a share.
    private static let machineNoise = 0.1
    private static let rounds = 20
    /// Work shorter than this says more of the clock than of the processor.
    static let shortestWork = Nanoseconds.microseconds(50)

    private let readings: [Reading<Slowdown>]
    /// By position in the plan set, of those seen.
    package let ratios: [Int: Double]

    /// - Parameters:
    ///   - readings: ascending in time, slowdowns above zero.
    ///   - work: profiled time at this site, by position in the plan set.
    package init(_ readings: [Reading<Slowdown>], work: [Nanoseconds]) {
        self.readings = readings
        ratios = Self.ratios(of: readings, work: work)
    }

    /// The machine's own slowdown from a moment on, by the device's clock; `nil` without readings.
    ///
    /// - Complexity: O(n · w log w) for w readings within reach of one.
    package func course(from origin: Instant) -> Schedule<Double>? {
        let corrected = readings.map { reading in
            Reading(time: reading.time, value: reading.value.slowdown / (ratios[reading.value.plan] ?? 1))
        }
        let all = Readings(corrected)
        return Schedule(
            held: corrected.map { reading in
                let near = all.near(reading.time, within: Self.reach).map(\.value)
                return Reading(
                    time: .zero + (reading.time - origin), value: near.reduce(0, +) / Double(max(near.count, 1)))
            })
    }

    // MARK: Ratios

    /// Two plans that met.
    private struct Change {
        var before: Int
        var after: Int
        /// Logarithm of the slowdown shown after over that before.
        var difference: Double
        /// Readings on the thinner side.
        var count: Int
    }

    private static func ratios(of readings: [Reading<Slowdown>], work: [Nanoseconds]) -> [Int: Double] {
        let plans = Set(readings.map(\.value.plan)).sorted()
        guard let anchor = plans.max(by: { (work[$0], $1) < (work[$1], $0) }) else { return [:] }
        let changes = changes(in: readings)
        var logarithms = Dictionary(uniqueKeysWithValues: plans.map { ($0, 0.0) })
        for _ in 0..<rounds { logarithms = refined(logarithms, by: changes) }
        let base = logarithms[anchor] ?? 0
        return logarithms.mapValues { exp($0 - base) }
    }

    /// One round of reweighted least squares.
    private static func refined(_ old: [Int: Double], by changes: [Change]) -> [Int: Double] {
        let plans = old.keys.sorted()
        var regression = RidgeRegression(dimension: plans.count)
        for change in changes {
            let residual = change.difference - ((old[change.after] ?? 0) - (old[change.before] ?? 0))
            let share = min(1, machineNoise / max(abs(residual), .leastNormalMagnitude))
            let weight = (Double(change.count) * share).squareRoot()
            let x = plans.map { $0 == change.after ? weight : $0 == change.before ? -weight : 0 }
            regression.add(x, weight * change.difference)
        }
        return Dictionary(
            uniqueKeysWithValues: plans.map { plan in
                (plan, regression.estimate(plans.map { $0 == plan ? 1 : 0 }))
            })
    }

    private static func changes(in readings: [Reading<Slowdown>]) -> [Change] {
        readings.indices.dropFirst().compactMap { index in
            let (old, new) = (readings[index - 1].value.plan, readings[index].value.plan)
            guard old != new else { return nil }
            let (before, after) = (stretch(before: index, readings), stretch(from: index, readings))
            guard let low = before.upperMedian, let high = after.upperMedian else { return nil }
            return Change(
                before: old, after: new, difference: log(high / low), count: min(before.count, after.count))
        }
    }

    /// The last readings before a change, as far as they are of one plan and within reach of it.
    private static func stretch(before change: Int, _ readings: [Reading<Slowdown>]) -> [Double] {
        let plan = readings[change - 1].value.plan
        return readings[..<change].suffix(depth).reversed().prefix {
            $0.value.plan == plan && readings[change].time - $0.time <= reach
        }.map(\.value.slowdown)
    }

    private static func stretch(from change: Int, _ readings: [Reading<Slowdown>]) -> [Double] {
        let plan = readings[change].value.plan
        return readings[change...].prefix(depth).prefix {
            $0.value.plan == plan && $0.time - readings[change - 1].time <= reach
        }.map(\.value.slowdown)
    }
}
