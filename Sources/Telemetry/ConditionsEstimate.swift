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

    /// Takes what was in force of one metric at each moment, and its reading now.
    mutating func set(_ metric: Metric, to values: UnsafeBufferPointer<Double>, _ reading: MetricReading) {
        var bounds = Bounds(least: .infinity, greatest: -.infinity)
        for value in values.reversed() {
            bounds.least = min(bounds.least, value)
            bounds.greatest = max(bounds.greatest, value)
        }
        (readings[metric.code], self.bounds[metric.code]) = (reading, bounds)
        samples.withUnsafeMutableBufferPointer { samples in
            switch metric {
            case .uplink: for index in samples.indices { samples[index].uplink = .init(bitsPerSecond: values[index]) }
            case .downlink:
                for index in samples.indices { samples[index].downlink = .init(bitsPerSecond: values[index]) }
            case .rtt: Self.eachSpan(values) { samples[$0].rtt = $1 }
            case .edgeSlowdown: for index in samples.indices { samples[index].edgeSlowdown = values[index] }
            case .cloudSlowdown: for index in samples.indices { samples[index].cloudSlowdown = values[index] }
            case .cloudQueue: Self.eachSpan(values) { samples[$0].cloudQueue = $1 }
            default: break
            }
        }
    }

    /// Seconds as spans; equal ones in a row are reckoned once.
    @inline(__always)
    private static func eachSpan(_ values: UnsafeBufferPointer<Double>, _ body: (Int, Nanoseconds) -> Void) {
        var (value, span) = (0.0, Nanoseconds.zero)
        for index in values.indices {
            if values[index] != value { (value, span) = (values[index], Nanoseconds(seconds: values[index])) }
            body(index, span)
        }
    }
}
