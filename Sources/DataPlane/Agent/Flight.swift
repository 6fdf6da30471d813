import Model

/// A frame under way, and the moments between its stages.
struct Flight: Hashable, Sendable {
    /// Where it is. A frame that the edge answers alone may still get the cloud's answer first.
    enum Phase: Hashable, Sendable {
        /// Waiting for the edge's processor, or on it.
        case edge
        /// Encoded, waiting for the wire.
        case queued
        /// Handed to the wire.
        case sent
        /// The edge is to answer alone.
        case alone
    }

    var frame: Int
    var epoch: Epoch
    var plan: Plan
    var captured: Instant
    var phase = Phase.edge
    var sentBytes = 0
    /// Head: begun, done; encoded.
    var begun: Instant?
    var headDone: Instant?
    var encoded: Instant?
    /// The last time it was handed to the wire.
    var handed: Instant?
    var receipt: Instant?
    /// When the edge gave up waiting for the cloud.
    var gaveUp: Instant?
    /// When the edge will give up.
    var deadline: Instant?

    /// Stages of a frame answered by the cloud; they add up to `answered - captured` exactly.
    ///
    /// What the worker reports is taken at its word as long as it fits between receipt and answer; the receipt can
    /// overtake nothing, but it can be late, and then the network has had less time than it shows.
    func stages(answered: Instant, queue: Nanoseconds, compute: Nanoseconds) -> StageTimes {
        var stages = StageTimes()
        var clock = Lapse(captured)
        stages.edgeQueue = clock.lap(to: begun)
        stages.edge = clock.lap(to: headDone)
        stages.encode = clock.lap(to: encoded)
        stages.send = clock.lap(to: handed)
        stages.network = clock.lap(to: receipt)
        let rest = clock.lap(to: answered)
        let beyond = stages.network + rest
        stages.workerQueue = min(max(queue, .zero), beyond)
        stages.workerCompute = min(max(compute, .zero), beyond - stages.workerQueue)
        stages.returning = max(rest - stages.workerQueue - stages.workerCompute, .zero)
        stages.network = beyond - stages.workerQueue - stages.workerCompute - stages.returning
        return stages
    }

    /// Stages of a frame that the edge answered alone, from `begun` to `answered`; they add up to `answered - captured`
    /// exactly. Where the cloud was tried first, the time spent on that is shown too, the wait for it as network time.
    func stagesAlone(begun alone: Instant, answered: Instant) -> StageTimes {
        var stages = StageTimes()
        var clock = Lapse(captured)
        if let headDone {
            stages.edgeQueue = clock.lap(to: begun)
            stages.edge = clock.lap(to: headDone)
            stages.encode = clock.lap(to: encoded)
            stages.send = clock.lap(to: handed ?? gaveUp)
            stages.network = handed == nil ? .zero : clock.lap(to: gaveUp)
        }
        stages.edgeQueue += clock.lap(to: alone)
        stages.edge += clock.lap(to: answered)
        return stages
    }
}

/// Cuts a span at successive moments; a moment missing or out of order takes no time, so that the laps always add up.
private struct Lapse {
    private var last: Instant

    init(_ start: Instant) { last = start }

    mutating func lap(to moment: Instant?) -> Nanoseconds {
        guard let moment, moment > last else { return .zero }
        defer { last = moment }
        return moment - last
    }
}
