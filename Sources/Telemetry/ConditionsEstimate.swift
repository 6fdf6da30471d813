public import Model

/// The window with what is known about it: how old its values are, how firm, and between which bounds they moved.
///
/// A value to be filled again and again (`ConditionsEstimator.estimate(at:into:)`), which then allocates nothing.
public struct ConditionsEstimate: Sendable {
    /// The least and the greatest value of one metric in the window, in its own unit.
    public struct Bounds: Hashable, Sendable {
        public internal(set) var least: Double
        public internal(set) var greatest: Double
    }

    /// As in `ConditionsWindow`: oldest first, each what was in force together. Empty before the first sample of
    /// anything that a frame meets.
    public internal(set) var samples: [Conditions] = []
    /// By `Metric.code`.
    var bounds: ContiguousArray<Bounds?>
    var readings: ContiguousArray<MetricReading?>

    /// Holds nothing yet.
    public init() {
        bounds = ContiguousArray(repeating: nil, count: Metric.allCases.count)
        readings = ContiguousArray(repeating: nil, count: Metric.allCases.count)
    }

    public var window: ConditionsWindow? { ConditionsWindow(samples: samples) }

    /// - Returns: `nil` where nothing was measured, or nothing since `EstimatorSettings.hold`; so for `reading(of:)`.
    public func bounds(of metric: Metric) -> Bounds? { bounds[metric.code] }

    public func reading(of metric: Metric) -> MetricReading? { readings[metric.code] }

    /// Since the newest sample of what a frame meets was taken; `nil` where there is none.
    public var age: Nanoseconds? { Metric.conditions.compactMap { readings[$0.code]?.age }.min() }

    /// Changes what was in force at the newest moment, where there is one.
    public mutating func reviseNewest(_ change: (inout Conditions) -> Void) {
        guard !samples.isEmpty else { return }
        change(&samples[samples.count - 1])
    }

    /// `count` moments of which nothing is known.
    mutating func reset(_ count: Int, initial: Conditions) {
        if samples.count != count { samples = Array(repeating: initial, count: count) }
        for moment in samples.indices { samples[moment] = initial }
        for code in bounds.indices { (bounds[code], readings[code]) = (nil, nil) }
    }

    /// Takes from `sweep`, which writes what was in force of one metric, that metric's reading and bounds.
    @inline(__always)
    mutating func fill(_ metric: Metric, by sweep: (inout Writer) -> MetricReading?) {
        let (reading, bounds) = samples.withUnsafeMutableBufferPointer { samples in
            var writer = Writer(metric: metric, samples: samples)
            return (sweep(&writer), writer.bounds)
        }
        guard let reading else { return }
        (readings[metric.code], self.bounds[metric.code]) = (reading, bounds)
    }

    /// Writes the values of one metric.
    struct Writer {
        let metric: Metric
        fileprivate let samples: UnsafeMutableBufferPointer<Conditions>
        fileprivate var bounds = Bounds(least: .infinity, greatest: -.infinity)

        @inline(__always)
        mutating func set(_ moments: Range<Int>, to value: Double) {
            let samples = UnsafeMutableBufferPointer(rebasing: samples[moments])
            switch metric {
            case .uplink: samples.update { $0.uplink = BitRate(bitsPerSecond: value) }
            case .downlink: samples.update { $0.downlink = BitRate(bitsPerSecond: value) }
            case .rtt:
                let rtt = Nanoseconds(seconds: value)
                samples.update { $0.rtt = rtt }
            case .edgeSlowdown: samples.update { $0.edgeSlowdown = value }
            case .cloudSlowdown: samples.update { $0.cloudSlowdown = value }
            case .cloudQueue:
                let queue = Nanoseconds(seconds: value)
                samples.update { $0.cloudQueue = queue }
            default: break
            }
            bounds = Bounds(least: min(bounds.least, value), greatest: max(bounds.greatest, value))
        }
    }
}

extension UnsafeMutableBufferPointer<Conditions> {
    @inline(__always)
    fileprivate func update(_ change: (inout Conditions) -> Void) {
        for index in indices { change(&self[index]) }
    }
}
