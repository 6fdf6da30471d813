public import Model

/// What the estimator believes, and how fast.
///
/// | setting | smaller | larger |
/// |---|---|---|
/// | `window` | only the present counts | risk of what the recent past held is weighed in |
/// | `moments` | cheaper decisions | finer quantiles |
/// | `baseRTTWindow` | a longer path is noticed sooner | our own queueing is less often taken for distance |
/// | `changeFactor` | smaller steps cut the past off, noise more often too | only large steps do |
/// | `changeWeight` | small transfers can report a step | only full ones can |
public struct EstimatorSettings: Hashable, Codable, Sendable {
    /// Length of the window handed out: 3 s; within 1 us…1 h.
    public var window: Nanoseconds = .seconds(3)
    /// How many evenly spaced moments of the window are handed out: 32; within 1…256.
    public var moments = 32
    /// The base round trip is the least one of this past: 1 s; within 1 us…1 min. Far shorter than BBR's 10 s: on a
    /// mobile link the path is no constant, and pings behind our own traffic are no readings of it
    /// (`Metric.loadedRTT`).
    public var baseRTTWindow: Nanoseconds = .seconds(1)
    /// What a run of readings must be off by, at the least, to begin a level, and what a single one must be near the
    /// belief by not to be off: 1.6; at least 1.05. Where readings are noisy a run must be off by more (`LevelRule`).
    public var changeFactor = 1.6
    /// Least weight of a reading that can show a change: 0.3.
    public var changeWeight = 0.3
    /// How long the last known value stays in force when nothing newer comes: 1 h, which is also the most.
    public var hold: Nanoseconds = .seconds(3600)
    /// In force for what was never measured: a modest mobile link, machines as profiled.
    public var initial = Conditions(uplink: .mbps(5), downlink: .mbps(20), rtt: .milliseconds(50))

    public init() {}

    /// How far back samples can matter to a window handed out now.
    public var horizon: Nanoseconds { clamped.hold + MetricTrack.memory }

    /// The most samples of one metric that can matter to a window handed out now.
    public static let history = MetricTrack.capacity + MetricTrack.lookback

    /// Every setting brought within its range.
    var clamped: Self {
        var settings = self
        let shortest = Nanoseconds.microseconds(1)
        settings.hold = min(max(hold, shortest), .seconds(3600))
        settings.window = min(max(window, shortest), .seconds(3600))
        settings.moments = min(max(moments, 1), 256)
        settings.baseRTTWindow = min(max(baseRTTWindow, shortest), MetricTrack.longestGap)
        settings.changeFactor = changeFactor >= 1.05 ? changeFactor : 1.05
        settings.changeWeight = changeWeight >= 0 ? min(changeWeight, 1) : 0
        return settings
    }
}
