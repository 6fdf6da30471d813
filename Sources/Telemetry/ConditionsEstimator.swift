public import Model

/// From one device's samples to the conditions that its frames meet.
///
/// Every metric is smoothed by the weighted median of its last three readings, and a change of level makes it forget
/// what was before (`LevelRule`): a step shows after two weighty readings, a single fluke never. The round trip is the
/// least of the recent past, so that queueing of our own making does not pass for distance. A zero rate is an outage,
/// believed at once, as is its end.
///
/// The state is a function of the last `EstimatorSettings.history` samples of each metric, whatever their order of
/// arrival, if none comes after more than 32 later ones: replaying them gives the same windows to the bit.
public struct ConditionsEstimator: Sendable {
    public let settings: EstimatorSettings
    /// Samples that could not be readings, came twice, or came too late.
    public private(set) var refused = 0
    /// By `Metric.code`.
    private var tracks: ContiguousArray<MetricTrack>

    /// - Parameter settings: brought within their stated ranges.
    public init(settings: EstimatorSettings = EstimatorSettings()) {
        let settings = settings.clamped
        self.settings = settings
        let ordered = Metric.allCases.sorted { $0.code < $1.code }
        tracks = ContiguousArray(ordered.map { MetricTrack(filter: $0.filter(settings), settings: settings) })
    }

    /// - Returns: whether the sample was taken. Refused and counted: what cannot be a reading (`Sample.isPlausible`), a
    ///   second sample of the same metric and time, one that comes after more than 32 later ones.
    /// - Complexity: O(1) for samples in order.
    @discardableResult
    public mutating func record(_ sample: Sample) -> Bool {
        guard sample.isPlausible, tracks[sample.metric.code].record(sample) else {
            refused += 1
            return false
        }
        return true
    }

    /// The values in force together at evenly spaced moments of the window that ends now. What was never measured has
    /// its initial value; what was not measured lately, its last.
    /// - Returns: `nil` before the first sample of anything that a frame meets.
    /// - Complexity: O(moments + samples in the window).
    public func window(at now: Instant) -> ConditionsWindow? {
        var samples = [Conditions](repeating: settings.initial, count: settings.moments)
        var isKnown = false
        for metric in Metric.conditions {
            let length = settings.shorterWindows[metric] ?? settings.window
            let isMeasured = tracks[metric.code].sweep(endingAt: now, length: length, settings: settings) {
                moment, value in
                samples[moment].set(metric, to: value)
            }
            isKnown = isKnown || isMeasured
        }
        return isKnown ? ConditionsWindow(samples: samples) : nil
    }

    /// What is believed of one metric now.
    /// - Returns: `nil` where nothing was measured, or nothing since `settings.hold`.
    public func reading(of metric: Metric, at now: Instant) -> MetricReading? {
        tracks[metric.code].reading(at: now, settings: settings)
    }
}

/// What is believed of one metric, and how firmly.
public struct MetricReading: Hashable, Codable, Sendable {
    /// In the metric's own unit.
    public var value: Double
    /// Since the newest sample was taken.
    public var age: Nanoseconds
    /// w / (w + 1), where w is the weight of the window's samples of the present level: 0 nothing recent, 0.5 after one
    /// full sample, 0.75 after three, towards 1.
    public var confidence: Double

    public init(value: Double, age: Nanoseconds, confidence: Double) {
        self.value = value
        self.age = age
        self.confidence = confidence
    }

    enum CodingKeys: String, CodingKey { case value, age = "age_ms", confidence }
}

extension MetricTrack {
    /// The newest belief that holds now.
    private func newest(at now: Instant, hold: Nanoseconds) -> Int? {
        let index = beliefs.count(upTo: now) - 1
        guard now.isPlausible, index >= 0, now - beliefs[index].time <= hold else { return nil }
        return index
    }

    /// Calls `body` with the values in force at each moment of the window, the newest moment first. Moments before the
    /// present level have its first value.
    /// - Returns: whether there is anything in force.
    fileprivate func sweep(
        endingAt now: Instant, length: Nanoseconds, settings: EstimatorSettings, _ body: (Int, Double) -> Void
    ) -> Bool {
        guard var index = newest(at: now, hold: settings.hold) else { return false }
        let spacing = settings.window.count / Int64(settings.moments)
        var age = Nanoseconds.zero
        for moment in (0..<settings.moments).reversed() {
            let time = now - min(age, length)
            while index > 0, beliefs[index].time > time, !beliefs[index].startsLevel { index -= 1 }
            body(moment, beliefs[index].value)
            age += Nanoseconds(spacing)
        }
        return true
    }

    fileprivate func reading(at now: Instant, settings: EstimatorSettings) -> MetricReading? {
        guard let last = newest(at: now, hold: settings.hold) else { return nil }
        var weight = 0.0
        var index = last
        while index >= 0, now - beliefs[index].time < settings.window {
            weight += beliefs[index].weight
            if beliefs[index].startsLevel { break }
            index -= 1
        }
        return MetricReading(
            value: beliefs[last].value, age: now - beliefs[last].time, confidence: weight / (weight + 1))
    }
}

extension Metric {
    fileprivate func filter(_ settings: EstimatorSettings) -> MetricTrack.Filter {
        switch self {
        case .uplink, .downlink: .median(floor: 1, zeroIsOutage: true)
        case .rtt: .minimum(length: settings.baseRTTWindow)
        case .cloudQueue: .median(floor: 0.002, zeroIsOutage: false)
        case .loadedRTT: .median(floor: 0.002, zeroIsOutage: false)
        case .memoryAvailable: .median(floor: 0x1p20, zeroIsOutage: false)
        case .runQueue, .temperature: .median(floor: 1, zeroIsOutage: false)
        case .edgeCPU, .agentCPU, .retransmitted, .processorPressure, .memoryPressure, .groupCPU, .groupThrottled,
            .frequency, .thermalThrottling:
            .median(floor: 0.1, zeroIsOutage: false)
        case .edgeSlowdown, .cloudSlowdown: .median(floor: 0.01, zeroIsOutage: false)
        }
    }

    /// Those that a frame meets.
    fileprivate static let conditions: [Metric] = [
        .edgeSlowdown, .uplink, .downlink, .rtt, .cloudQueue, .cloudSlowdown,
    ]
}

extension Conditions {
    fileprivate mutating func set(_ metric: Metric, to value: Double) {
        switch metric {
        case .uplink: uplink = BitRate(bitsPerSecond: value)
        case .downlink: downlink = BitRate(bitsPerSecond: value)
        case .rtt: rtt = Nanoseconds(seconds: value)
        case .edgeSlowdown: edgeSlowdown = value
        case .cloudSlowdown: cloudSlowdown = value
        case .cloudQueue: cloudQueue = Nanoseconds(seconds: value)
        default: break
        }
    }
}
