public import Model

/// Conditions of a place over time, recorded or made up, in their normal form: piecewise constant, from zero to an explicit end,
/// after which they repeat.
public struct Trace: Hashable, Sendable {
    /// What holds over one piece.
    public struct State: Hashable, Sendable {
        /// To whole bit/s; zero is an outage.
        public var uplink: BitRate
        public var downlink: BitRate
        public var rtt: Nanoseconds
        /// Processes busy on the edge machine besides the agent.
        public var edgeLoad: Double
        /// Share of packets that are lost, 0…1.
        public var loss: Double

        public init(
            uplink: BitRate, downlink: BitRate, rtt: Nanoseconds, edgeLoad: Double = 0, loss: Double = 0
        ) {
            self.uplink = uplink
            self.downlink = downlink
            self.rtt = rtt
            self.edgeLoad = edgeLoad
            self.loss = loss
        }
    }

    /// The states, the first from zero on, repeated every `duration`.
    public let schedule: Schedule<State>
    public let duration: Nanoseconds

    /// - Returns: `nil` unless starts ascend strictly from zero and lie before `duration`, which is at most 2^61 ns.
    public init?(pieces: [Schedule<State>.Piece], duration: Nanoseconds) {
        guard pieces.first?.start == .zero,
            let schedule = Schedule(pieces: pieces, ending: .repeats(every: duration))
        else { return nil }
        self.schedule = schedule
        self.duration = duration
    }

    /// - Precondition: `pieces` and `duration` make a trace.
    init(known pieces: [Schedule<State>.Piece], duration: Nanoseconds) {
        guard let trace = Trace(pieces: pieces, duration: duration) else {
            preconditionFailure("starts ascend strictly from zero and lie before the end")
        }
        self = trace
    }

    /// The state in force at a time since the start of the trace, which wraps at its end.
    public func state(at time: Nanoseconds) -> State { schedule.value(at: .zero + time) }

    /// When the last byte has been sent, if the uplink begins with the first at `start` and serves nothing else: the rate is
    /// integrated exactly over the pieces.
    ///
    /// - Returns: `nil` where that never is, or not within 73 years.
    public func completion(ofBytes bytes: Int, startingAt start: Nanoseconds) -> Nanoseconds? {
        schedule.completion(ofBytes: bytes, startingAt: .zero + start, rate: \.uplink).map { $0 - .zero }
    }

    /// The conditions that frames meet.
    ///
    /// - Parameter edgeSlowdown: the slowdown of the edge under so many busy processes.
    public func conditions(edgeSlowdown: (Double) -> Double) -> Schedule<Conditions> {
        schedule.mapValues { state in
            Conditions(
                uplink: state.uplink, downlink: state.downlink, rtt: state.rtt,
                edgeSlowdown: edgeSlowdown(state.edgeLoad))
        }
    }
}

extension Schedule {
    /// When a transfer of `bytes` that has the link for itself from `start` on is done.
    ///
    /// Rates are taken to whole bit/s, and below zero or not a number as an outage.
    func completion(ofBytes bytes: Int, startingAt start: Instant, rate: (Value) -> BitRate) -> Instant? {
        // In units of a bit at one bit/s for one nanosecond, so that all of it is whole numbers.
        let amount = UInt128(max(bytes, 0)) * 8 * 1_000_000_000
        return completion(of: amount, startingAt: start) { value in
            let bitsPerSecond = rate(value).bitsPerSecond
            return bitsPerSecond >= 0 ? UInt64(min(bitsPerSecond, 1e18).rounded()) : 0
        }
    }
}

extension Schedule<Conditions> {
    /// Conditions as they were recorded, each held until the next; of several at one moment the last counts.
    ///
    /// - Returns: `nil` where there are none, or moments lie before zero or beyond 2^61 ns.
    public init?(recorded samples: [(time: Instant, conditions: Conditions)]) {
        // Sorting keeps the order of equals.
        let ordered = samples.sorted { $0.time < $1.time }
        var pieces: [Piece] = []
        for sample in ordered {
            if pieces.last?.start == sample.time { pieces.removeLast() }
            pieces.append(Piece(start: sample.time, value: sample.conditions))
        }
        self.init(pieces: pieces)
    }
}
