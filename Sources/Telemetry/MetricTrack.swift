internal import Model

/// The recent readings of one metric, and what was believed of it after each.
///
/// A belief is a function of at most `lookback` readings before it, none older than `memory`, and of at most
/// `LevelRule.reach` after it. So it does not depend on the order of arrival, and readings replayed from a store give
/// the same beliefs.
struct MetricTrack: Sendable {
    /// How a belief is formed.
    enum Filter: Sendable {
        /// Weighted median of the last three readings of the present level; `floor`: the size below which differences
        /// mean nothing.
        case median(floor: Double, zeroIsOutage: Bool)
        /// The least reading of the past `length`.
        case minimum(length: Nanoseconds)
    }

    struct Belief: Timed {
        var time: Instant
        var reading: Double
        var weight: Double
        var value: Double
        /// The past before it is forgotten.
        var startsLevel = false
        var verdict = Verdict.none
    }

    /// What the next reading made of one that was off: +1 or -1, so that verdicts add up.
    enum Verdict: Int8 { case fluke = -1, none, change }

    static let capacity = 128
    /// Readings before it that a belief can depend on.
    static let lookback = 64
    /// A reading that comes after this many later ones is refused.
    static let maximumDisorder = 32
    /// Readings further apart than this are not held together.
    static let longestGap = Nanoseconds.seconds(60)
    /// A belief holds together at most eight readings in a chain, a forecast at most `Forecaster.history`.
    static let memory = max(longestGap * 8, Forecaster.longestGap * Int64(Forecaster.history))
    /// Readings before a change that say what was usual.
    static let referenceCount = 5

    let filter: Filter
    let changeFactor: Double
    let changeWeight: Double
    private(set) var beliefs = TimeOrderedRing<Belief>(capacity: MetricTrack.capacity)
    /// Told every reading of a rate; holds as many as `beliefs`, by the same rules.
    private(set) var forecaster: Forecaster?
    /// Sum of the verdicts held: above zero where readings that were off mostly were changes.
    private(set) var changesLessFlukes = 0

    var forecast: Forecast? { forecaster?.forecast }
    /// Of the last level whose start is held.
    var levelStart: Instant? { (0..<beliefs.count).last { beliefs[$0].startsLevel }.map { beliefs[$0].time } }

    init(filter: Filter, settings: EstimatorSettings) {
        self.filter = filter
        if case .median(_, zeroIsOutage: true) = filter {
            forecaster = Forecaster(leastWeight: settings.changeWeight)
        }
        changeFactor = settings.changeFactor
        changeWeight = settings.changeWeight
    }

    /// - Returns: whether the reading was taken: not one of a time already held, nor one too late.
    /// - Complexity: O(d), where d readings are later; O(`lookback`) at most for the least of the past.
    mutating func record(_ sample: Sample) -> Bool {
        guard var index = beliefs.place(for: sample.time), beliefs.count - index <= Self.maximumDisorder else {
            return false
        }
        if beliefs.isFull {
            changesLessFlukes -= Int(beliefs.removeFirst().verdict.rawValue)
            index -= 1
        }
        let belief = Belief(time: sample.time, reading: sample.value, weight: sample.weight, value: sample.value)
        beliefs.insert(belief, at: index)
        forecaster?.record(time: sample.time, value: sample.value, weight: sample.weight)
        revise(from: index)
        return true
    }

    private mutating func revise(from changed: Int) {
        switch filter {
        case .minimum(let length):
            for index in changed..<beliefs.count { believeLeast(at: index, length: length) }
        case .median(let floor, let zeroIsOutage):
            let rule = LevelRule(
                floor: floor, zeroIsOutage: zeroIsOutage, changeFactor: changeFactor, changeWeight: changeWeight)
            let isNewest = changed + 1 == beliefs.count
            let start = isNewest ? changed : max(0, changed - LevelRule.reach - 1)
            for index in start..<beliefs.count { beliefs[index].startsLevel = false }
            for index in start..<beliefs.count {
                if let level = beliefs.withView({ rule.levelStart(shownBy: index, in: $0) }) {
                    beliefs[level].startsLevel = true
                    for later in level..<index { believeMedian(at: later) }
                }
                believeMedian(at: index)
            }
            if forecaster != nil { judge(from: start - 1) }
        }
    }

    /// Looks anew at what the readings from `start` on were, the newest left out: no other tells of it yet.
    private mutating func judge(from start: Int) {
        for index in max(1, start)..<max(1, start, beliefs.count - 1) {
            let verdict = verdict(at: index)
            changesLessFlukes += Int(verdict.rawValue) - Int(beliefs[index].verdict.rawValue)
            beliefs[index].verdict = verdict
        }
    }

    private mutating func believeLeast(at index: Int, length: Nanoseconds) {
        var least = beliefs[index].reading
        var other = index - 1
        while other >= max(0, index - Self.lookback), beliefs[index].time - beliefs[other].time < length {
            least = min(least, beliefs[other].reading)
            other -= 1
        }
        beliefs[index].value = least
        beliefs[index].startsLevel = index > 0 && least < beliefs[index - 1].value
    }

    private mutating func believeMedian(at index: Int) {
        var first = index
        while first > 0, index - first < 2, !beliefs[first].startsLevel,
            beliefs[index].time - beliefs[first - 1].time < Self.longestGap
        {
            first -= 1
        }
        let (a, b, c) = (beliefs[first], beliefs[(first + index) / 2], beliefs[index])
        beliefs[index].value =
            switch index - first {
            case 0: c.reading
            case 1: (a.reading * a.weight + c.reading * c.weight) / (a.weight + c.weight)
            default: weightedMedian(a, b, c)
            }
    }

    private func weightedMedian(_ a: Belief, _ b: Belief, _ c: Belief) -> Double {
        var (low, middle, high) = (a, b, c)
        if low.reading > middle.reading { swap(&low, &middle) }
        if middle.reading > high.reading { swap(&middle, &high) }
        if low.reading > middle.reading { swap(&low, &middle) }
        let half = (low.weight + middle.weight + high.weight) / 2
        if low.weight >= half { return low.reading }
        return low.weight + middle.weight >= half ? middle.reading : high.reading
    }
}
