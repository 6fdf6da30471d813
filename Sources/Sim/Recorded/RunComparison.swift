public import Model

/// A run as it was served, beside the same run in a simulation: how far the simulator is to be trusted.
public struct RunComparison: Hashable, Sendable {
    /// What a simulation made of the run's frames.
    public struct Simulated: Hashable, Sendable {
        /// Of the frames answered; `nil` where none was.
        public var latency: LatencySummary?
        public var lost: Int
        public var moves: Int
    }

    /// Of all frames recorded.
    public var live: LatencySummary?
    /// Changes of plan from one frame recorded to the next.
    public var liveMoves: Int
    /// Under the very plans that served the frames: what this differs by is the model's.
    public var asRecorded: Simulated
    /// Under plans that the controller, with its settings, decides anew by what its simulated agent reads: what this differs by from
    /// `asRecorded` are its decisions.
    public var adaptive: Simulated

    /// - Throws: `WorldError` where the record makes no world.
    public init(_ run: RecordedRun) throws(WorldError) {
        live = run.live
        liveMoves = zip(run.frames, run.frames.dropFirst()).count { $0.planID != $1.planID }
        var world = run.world()
        let policy = AdaptivePolicy(world.devices[0], settings: run.settings)
        adaptive = try Self.simulated(world, .causal(policy))
        world.devices[0].moves.build = .zero
        world.devices[0].moves.activation = .zero
        asRecorded = try Self.simulated(world, .causal(RecordedPlans(run)))
    }

    private static func simulated(_ world: World, _ driver: Driver) throws(WorldError) -> Simulated {
        var simulation = try Simulation(world: world, drivers: [driver], seed: 0)
        simulation.runToEnd()
        let summary = simulation.result.summary()
        return Simulated(latency: summary.latency, lost: summary.lost, moves: summary.moves)
    }
}

extension LatencySummary {
    /// By which share a figure of this differs from another's: 0.1 is a tenth more.
    ///
    /// - Returns: `nil` where the other's is zero.
    public func difference(from other: LatencySummary, in figure: (LatencySummary) -> Nanoseconds) -> Double? {
        let base = figure(other)
        return base == .zero ? nil : Double(figure(self).count - base.count) / Double(base.count)
    }
}
