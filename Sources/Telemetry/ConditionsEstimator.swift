public import Model

/// From one device's samples to the conditions that its frames meet.
///
/// Every metric is smoothed by the weighted median of its last three readings, and a change of level makes it forget
/// what was before (`LevelRule`): a step shows after two weighty readings, a single fluke never. The present rates,
/// since the newest reading, are forecasts (`Forecaster`), but for what looks like a fluke or lags after a step
/// (`MetricTrack.outlook`). The round trip is the least of the recent past, so that queueing of our own making does not
/// pass for distance. A zero rate is an outage, believed at
/// once, as is its end.
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

    /// Samples of what no frame meets, such as temperatures, are only looked at: nothing is estimated of them.
    ///
    /// - Returns: whether the sample was taken. Refused and counted: what cannot be a reading (`Sample.isPlausible`), a
    ///   second sample of the same metric and time, one that comes after more than 32 later ones.
    /// - Complexity: O(1) for samples in order.
    @discardableResult
    public mutating func record(_ sample: Sample) -> Bool {
        let isTaken =
            sample.isPlausible
            && (!Metric.conditions.contains(sample.metric) || tracks[sample.metric.code].record(sample))
        if !isTaken { refused += 1 }
        return isTaken
    }

    /// The values in force together at evenly spaced moments of the window that ends now. What was never measured has
    /// its initial value; what was not measured lately, its last.
    /// - Returns: `nil` before the first sample of anything that a frame meets.
    /// - Complexity: O(moments + samples in the window).
    public func window(at now: Instant) -> ConditionsWindow? {
        var estimate = ConditionsEstimate()
        self.estimate(at: now, into: &estimate)
        return estimate.window
    }

    /// The same with bounds, ages and confidence, in place of what `estimate` held.
    /// - Complexity: as `window(at:)`; no allocation where `estimate` has been filled before and shares its samples
    ///   with no one.
    public func estimate(at now: Instant, into estimate: inout ConditionsEstimate) {
        estimate.reset(settings.moments, initial: settings.initial)
        var isKnown = false
        withUnsafeTemporaryAllocation(of: Double.self, capacity: settings.moments) { values in
            // Where they lie: a track is large to copy.
            tracks.withUnsafeBufferPointer { tracks in
                for metric in Metric.conditions {
                    let track = tracks.baseAddress.unsafelyUnwrapped + metric.code
                    guard let reading = track.pointee.sweep(endingAt: now, settings: settings, into: values) else {
                        continue
                    }
                    estimate.set(metric, to: UnsafeBufferPointer(values), reading)
                    isKnown = true
                }
            }
        }
        if !isKnown { estimate.samples.removeAll(keepingCapacity: true) }
    }

    /// What is believed of one metric now.
    /// - Returns: `nil` where nothing was measured, or nothing since `settings.hold`.
    public func reading(of metric: Metric, at now: Instant) -> MetricReading? {
        tracks[metric.code].reading(at: now, settings: settings)
    }

    /// When the level began that a metric is at.
    /// - Returns: `nil` where no change of level is among the last 128 samples.
    public func levelStart(of metric: Metric) -> Instant? { tracks[metric.code].levelStart }

    /// The next reading of a rate with the error to expect, as the forecaster has it: without the bounds that keep the
    /// window's present value near what is believed.
    /// - Returns: `nil` for what is no rate, and where none was read lately.
    public func forecast(of metric: Metric) -> Forecast? { tracks[metric.code].forecast }
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

    /// Puts what is in force at each moment of the window into `values`, the newest last. Moments before the present level have
    /// its first value.
    /// - Returns: the newest; `nil` where there is nothing in force, and then `values` are as they were.
    fileprivate func sweep(
        endingAt now: Instant, settings: EstimatorSettings, into values: UnsafeMutableBufferPointer<Double>
    ) -> MetricReading? {
        guard let last = newest(at: now, hold: settings.hold) else { return nil }
        let present = reading(at: last, now, settings: settings)
        let spacing = Nanoseconds(settings.window.count / Int64(settings.moments))
        beliefs.withView { beliefs in
            // The last moment that has no value yet.
            var (moment, time) = (settings.moments - 1, now)
            var index = last
            while moment >= 0 {
                let belief = beliefs[index]
                let value = index == last ? present.value : belief.value
                let isFirst = index == 0 || belief.startsLevel
                while moment >= 0, isFirst || belief.time <= time {
                    values[moment] = value
                    moment -= 1
                    time = time - spacing
                }
                index -= 1
            }
        }
        return present
    }

    fileprivate func reading(at now: Instant, settings: EstimatorSettings) -> MetricReading? {
        newest(at: now, hold: settings.hold).map { reading(at: $0, now, settings: settings) }
    }

    private func reading(at last: Int, _ now: Instant, settings: EstimatorSettings) -> MetricReading {
        let weight = beliefs.withView { beliefs in
            var (weight, index) = (0.0, last)
            while index >= 0, now - beliefs[index].time < settings.window {
                weight += beliefs[index].weight
                if beliefs[index].startsLevel { break }
                index -= 1
            }
            return weight
        }
        let isNewest = last + 1 == beliefs.count
        return MetricReading(
            value: isNewest ? outlook() ?? beliefs[last].value : beliefs[last].value, age: now - beliefs[last].time,
            confidence: weight / (weight + 1))
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
    static let conditions: [Metric] = [.edgeSlowdown, .uplink, .downlink, .rtt, .cloudQueue, .cloudSlowdown]
}
