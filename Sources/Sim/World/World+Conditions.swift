public import Model

extension World {
    /// One device that meets known conditions, with a worker of its own.
    ///
    /// - Parameter frames: when each is captured, ascending, from zero on.
    public init(conditions: Schedule<Conditions>, planSet: PlanSet, frames: [Instant]) {
        var group = DeviceGroup(
            name: "device", planSet: planSet, arrivals: .recorded(frames.map { $0 - .zero }),
            link: Link(trace: Trace(conditions)))
        group.edge = Edge(slowdown: conditions.mapValues(\.edgeSlowdown))
        self.init(duration: (frames.last ?? .zero) - .zero + Nanoseconds(1), devices: [group])
        cloud.workers = 1
        cloud.slowdown = conditions.mapValues(\.cloudSlowdown)
        cloud.foreignQueue = conditions.mapValues(\.cloudQueue)
    }
}

extension Trace {
    /// Rates and round trips of conditions; what holds for ever does so for as long as simulated time.
    init(_ conditions: Schedule<Conditions>) {
        let period = conditions.period ?? Instant.latest - .zero
        var pieces = conditions.pieces.map { piece in
            Schedule<State>.Piece(
                start: piece.start,
                value: State(uplink: piece.value.uplink, downlink: piece.value.downlink, rtt: piece.value.rtt))
        }
        // The first value of a schedule also holds before its start.
        pieces[0].start = .zero
        self.init(known: pieces.filter { $0.start < .zero + period }, duration: period)
    }
}
