public import Model

/// How much of the truth reaches who decides, and when.
public struct TelemetryModel: Hashable, Sendable {
    /// Between two messages of the agent, and between two looks at the windows.
    public var period = Nanoseconds.milliseconds(100)
    /// From a reading to whoever decides.
    public var lag = Nanoseconds.zero
    /// Readings are off by a factor exp(noise · N(0, 1)).
    public var noise = 0.0
    /// Between two pings.
    public var pingPeriod = Nanoseconds.milliseconds(200)
    /// Without any transfer for so long, an empty link is probed with `probeBytes`. Where the plan gives the edge no layers, an idle edge
    /// that was not measured for so long runs the smallest head.
    public var probeAfter = Nanoseconds.seconds(1)
    public var probeBytes = 16_384
    /// How long after the next sign of life should have come the link counts as lost, as in the field, at least: where the edge alone
    /// takes longer, so long. It is back with the first sign.
    public var outageDetection = Nanoseconds.milliseconds(250)

    public init() {}
}
