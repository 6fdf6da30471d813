public import Model

/// A seeded process that traces are drawn from: levels of the network, and on top of them fades, handovers, outages,
/// and the load of the edge. Each part draws from a sequence of its own, so that adding one leaves the others as they
/// were.
public struct TraceModel: Hashable, Sendable {
    /// Slow fading: the rate is multiplied by 10^(x/10), whose median is 1, x normal with this deviation and correlated
    /// as exp(-t / `memory`) (Gudmundson, "Correlation model for shadow fading in mobile radio systems", Electronics
    /// Letters 27(23), 1991).
    public struct Fading: Hashable, Sendable {
        /// Decibel.
        public var deviation: Double
        public var memory: Nanoseconds

        public init(deviation: Double, memory: Nanoseconds) {
            self.deviation = deviation
            self.memory = memory
        }
    }

    /// Times without any rate; those between them are exponential.
    public struct Interruptions: Hashable, Sendable {
        /// The mean time from the end of one to the start of the next.
        public var apart: Nanoseconds
        /// How long one is: of an outage the mean of an exponential, of a handover exactly.
        public var length: Nanoseconds

        public init(apart: Nanoseconds, length: Nanoseconds) {
            self.apart = apart
            self.length = length
        }
    }

    /// Busy processes that come at a rate with the time of day and stay for five minutes on average: their number is
    /// Poisson, with a mean from `least`, at the start, to `most`, half a day later, along a cosine.
    public struct DailyLoad: Hashable, Sendable {
        public var least: Double
        public var most: Double
        public var day: Nanoseconds

        public init(least: Double, most: Double, day: Nanoseconds = .seconds(86_400)) {
            self.least = least
            self.most = most
            self.day = day
        }
    }

    public var step: Nanoseconds
    public var network: MarkovLevels
    /// Levels of the load; `nil`: none, or a daily one.
    public var load: MarkovLevels?
    public var dailyLoad: DailyLoad?
    public var fading: Fading?
    /// A handover ends with levels and fading drawn anew: it leads to another cell.
    public var handovers: Interruptions?
    public var outages: Interruptions?

    public init(step: Nanoseconds, network: MarkovLevels) {
        self.step = step
        self.network = network
    }

    /// A model of a trace by what it carries: 12 levels of the network, each with its round trip and loss, and 6 of the
    /// load.
    ///
    /// - Parameter step: over which the trace is averaged.
    /// - Returns: `nil` where no rate is known, or the trace has too many steps.
    /// - Precondition: `step` is positive.
    public init?(fitting trace: Trace, carries: Set<TraceQuantity>, step: Nanoseconds) {
        let rates: [TraceQuantity] =
            carries.contains(.uplink) ? [.uplink] : carries.contains(.downlink) ? [.downlink] : []
        guard let key = rates.first else { return nil }
        let others = TraceQuantity.allCases.filter { carries.contains($0) && $0 != key && $0 != .load }
        guard let network = MarkovLevels(fitting: trace, [key] + others, levels: 12, step: step) else { return nil }
        self.init(step: step, network: network)
        if carries.contains(.load) { load = MarkovLevels(fitting: trace, [.load], levels: 6, step: step) }
    }
}
