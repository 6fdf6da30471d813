public import Model

/// A device's processor.
public struct Edge: Hashable, Sendable {
    public enum Discipline: String, CaseIterable, Sendable {
        /// `cores` frames at a time, the others wait in the order of capture.
        case firstCome = "first-come"
        /// All frames at once; each gets an equal share of `cores` cores, and no more than one of them.
        case processorSharing = "processor-sharing"
    }

    public var discipline = Discipline.firstCome
    public var cores = 1
    /// Time of work over its profiled time, by what else runs on the machine. First-come work has the slowdown at its start.
    public var slowdown: Schedule<Double>
    public var thermal: Thermal?
    /// `nil`: that of the plan set, if it has one.
    public var energy: EnergyModel?

    public init(slowdown: Schedule<Double> = .constant(1)) { self.slowdown = slowdown }
}

/// A processor that heats up when it works: dT/dt = (ambient + rise · busy share − T) / timeConstant, and is slowed from
/// `throttleAt` on until it has cooled to `releaseAt`.
public struct Thermal: Hashable, Sendable {
    public var ambient = 25.0
    /// Degrees above `ambient` that it would reach under full load, in the end.
    public var rise = 60.0
    public var timeConstant = Nanoseconds.seconds(60)
    public var throttleAt = 75.0
    public var releaseAt = 65.0
    /// Factor on the time of work while throttled.
    public var slowdown = 2.0

    public init() {}
}

/// What it costs to have a plan ready that was not.
public struct MoveCosts: Hashable, Sendable {
    /// To build and warm both sessions, which go on beside the frames.
    public var build = Nanoseconds.milliseconds(200)
    /// Factor on the time of the edge's work while it builds.
    public var buildSlowdown = 1.0
    /// Whether the head's weights have to come over the downlink first (`Plan.moveBytes`).
    public var sendsWeights = false
    /// From the order to activate to the first frame under the plan.
    public var activation = Nanoseconds.milliseconds(5)
    /// Sessions that the agent keeps when they are let go, the last used first: having them again takes no `build`.
    public var kept = 2

    public init() {}
}
