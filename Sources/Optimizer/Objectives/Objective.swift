public import Model

/// What a plan is judged by over a window of conditions: a statistic of what its frames take in each sample, in seconds.
public struct Objective: Hashable, Sendable {
    /// What is counted in one sample.
    public enum Measure: Hashable, Sendable {
        /// The time of a frame, with what the exchange rates add.
        case latency
        /// The time of the slowest of the stages that frames pass one after another (edge, transfer, cloud): the least interval at which
        /// frames can come for ever, hence one over the throughput. Exchange rates and workload play no part.
        case slowestStage
        /// What a frame loses by being later than this after its capture: as much time as the deadline allows, see `DeadlineLoss`. The
        /// deadline is above 0; what the exchange rates price is added and can make no frame late.
        case deadlineMiss(Nanoseconds)
    }

    public enum Statistic: Hashable, Sendable {
        /// The average of the values (not the value under average conditions).
        case mean
        /// The value of nearest rank: the ⌈q · n⌉-th smallest of n, `q` in (0, 1]; a `q` outside is held within.
        case quantile(Double)
    }

    public var measure: Measure
    public var statistic: Statistic
    public var rates: ExchangeRates

    public init(_ statistic: Statistic, of measure: Measure = .latency, rates: ExchangeRates = .timeAlone) {
        self.measure = measure
        self.statistic = statistic
        self.rates = rates
    }

    /// The mean latency.
    public static let mean = Objective(.mean)
    /// A quantile of the latency.
    public static func quantile(_ q: Double) -> Self { Objective(.quantile(q)) }
    /// The mean interval that the slowest stage allows.
    public static let throughput = Objective(.mean, of: .slowestStage)
    /// The share of frames that are later than a deadline, as that share of the deadline; of equal shares the least mean latency.
    ///
    /// - Precondition: the deadline is above 0.
    public static func deadline(_ deadline: Nanoseconds) -> Self {
        precondition(deadline > .zero, "a deadline lies ahead")
        return Objective(.mean, of: .deadlineMiss(deadline))
    }

    /// Whether it is a non-negative sum of what plans take, so that what is best under some conditions is all that can win.
    public var isLinear: Bool { statistic == .mean && measure == .latency && rates.lostShare == 0 }

    /// Whether it tells of what happens seldom, which takes a long window to see.
    public var isOfTheTail: Bool {
        if case .deadlineMiss = measure { true } else { statistic != .mean }
    }

    /// The position, from 1, of the nearest rank among `count` ascending values. A product that exceeds a whole number only
    /// by rounding, as 0.07 · 100 does, counts as that number.
    static func rank(_ q: Double, of count: Int) -> Int {
        let position = (q * Double(count) - 1e-9).rounded(.up)
        return position >= 1 ? Int(min(position, Double(count))) : 1
    }
}

/// What else than time counts, in the time that one would wait to save it: a weighted cost in seconds.
public struct ExchangeRates: Hashable, Sendable {
    /// Seconds for a joule that the edge takes, by the plan set's energy model.
    public var joule: Double
    /// Seconds for a byte sent.
    public var sentByte: Double
    /// Seconds for all of the accuracy: half of it lost costs half. A plan that was never measured has lost all.
    public var lostShare: Double

    public init(joule: Double = 0, sentByte: Double = 0, lostShare: Double = 0) {
        self.joule = joule
        self.sentByte = sentByte
        self.lostShare = lostShare
    }

    public static let timeAlone = ExchangeRates()
}
