public import Model
public import Optimizer

/// The thresholds of the decision and the handover. A value is always valid.
public struct ControllerSettings: Hashable, Sendable {
    /// What plans are judged by over a window. Default: the mean latency.
    public let objective: Objective
    /// How often frames come: makes a plan that cannot keep up pay for its backlog. Default: isolated frames.
    public var workload: Workload
    /// A plan runs at least this long before another replaces it, save for the overrides. Default: 1 s.
    public let minimumDwell: Nanoseconds
    /// A move must gain at least this much per frame. Default: 5 ms.
    public let minimumGain: Nanoseconds
    /// A move must gain at least this share of the present latency, 0…1. Default: 0.1.
    public let minimumGainShare: Double
    /// The dwell does not hold where the present plan is predicted to take more than this many times the best one's latency,
    /// at least 1. Default: 2.5.
    public let overrideRatio: Double
    /// A preparation that is not answered by then is given up. Default: 5 s.
    public let prepareTimeout: Nanoseconds
    /// An activation that is not answered by then is asked for again. Default: 1 s.
    public let activateTimeout: Nanoseconds
    /// An old epoch that did not report its last frame by then is retired all the same. Default: 10 s.
    public let drainTimeout: Nanoseconds
    /// A plan whose preparation failed is left alone this long, then twice as long, and so on. Default: 1 s.
    public let retryDelay: Nanoseconds
    /// The longest that a failed plan is left alone. Default: 60 s.
    public let retryLimit: Nanoseconds
    /// Where the uplink or the edge's slowdown is known less firmly, 0…1, nothing is decided (`MetricReading.confidence`: 0.5 after
    /// one full reading). Default: 0.3, which two transfers reach that just fill the link, or one large one.
    public let minimumConfidence: Double
    /// Where the last reading of either is older than this, nothing is decided. Default: 5 s.
    public let maximumReadingAge: Nanoseconds
    /// The mode until an event changes it. Default: auto.
    public let mode: Mode

    /// The defaults of every setting.
    public static let standard = ControllerSettings(
        known: .mean, .isolated, minimumDwell: .seconds(1), minimumGain: .milliseconds(5), minimumGainShare: 0.1,
        overrideRatio: 2.5, prepareTimeout: .seconds(5), activateTimeout: .seconds(1), drainTimeout: .seconds(10),
        retryDelay: .seconds(1), retryLimit: .seconds(60), minimumConfidence: 0.3, maximumReadingAge: .seconds(5),
        mode: .auto)

    /// What is `nil` takes its default.
    ///
    /// - Throws: `ControllerSettingsError`, naming the first setting that cannot be.
    public init(
        objective: Objective? = nil, workload: Workload? = nil, minimumDwell: Nanoseconds? = nil,
        minimumGain: Nanoseconds? = nil, minimumGainShare: Double? = nil, overrideRatio: Double? = nil,
        prepareTimeout: Nanoseconds? = nil, activateTimeout: Nanoseconds? = nil, drainTimeout: Nanoseconds? = nil,
        retryDelay: Nanoseconds? = nil, retryLimit: Nanoseconds? = nil, minimumConfidence: Double? = nil,
        maximumReadingAge: Nanoseconds? = nil, mode: Mode? = nil
    ) throws(ControllerSettingsError) {
        let standard = Self.standard
        self.init(
            known: objective ?? standard.objective, workload ?? standard.workload,
            minimumDwell: minimumDwell ?? standard.minimumDwell, minimumGain: minimumGain ?? standard.minimumGain,
            minimumGainShare: minimumGainShare ?? standard.minimumGainShare,
            overrideRatio: overrideRatio ?? standard.overrideRatio,
            prepareTimeout: prepareTimeout ?? standard.prepareTimeout,
            activateTimeout: activateTimeout ?? standard.activateTimeout,
            drainTimeout: drainTimeout ?? standard.drainTimeout, retryDelay: retryDelay ?? standard.retryDelay,
            retryLimit: retryLimit ?? standard.retryLimit,
            minimumConfidence: minimumConfidence ?? standard.minimumConfidence,
            maximumReadingAge: maximumReadingAge ?? standard.maximumReadingAge, mode: mode ?? standard.mode)
        try check()
    }

    private init(
        known objective: Objective, _ workload: Workload, minimumDwell: Nanoseconds, minimumGain: Nanoseconds,
        minimumGainShare: Double, overrideRatio: Double, prepareTimeout: Nanoseconds, activateTimeout: Nanoseconds,
        drainTimeout: Nanoseconds, retryDelay: Nanoseconds, retryLimit: Nanoseconds, minimumConfidence: Double,
        maximumReadingAge: Nanoseconds, mode: Mode
    ) {
        self.objective = objective
        self.workload = workload
        self.minimumDwell = minimumDwell
        self.minimumGain = minimumGain
        self.minimumGainShare = minimumGainShare
        self.overrideRatio = overrideRatio
        self.prepareTimeout = prepareTimeout
        self.activateTimeout = activateTimeout
        self.drainTimeout = drainTimeout
        self.retryDelay = retryDelay
        self.retryLimit = retryLimit
        self.minimumConfidence = minimumConfidence
        self.maximumReadingAge = maximumReadingAge
        self.mode = mode
    }

    private func check() throws(ControllerSettingsError) {
        if case .quantile(let q) = objective.statistic, !(q > 0 && q <= 1) {
            throw .unknownObjective(objective.description)
        }
        let day = Nanoseconds.seconds(86_400)
        for (name, span) in [("minimum_dwell_ms", minimumDwell), ("minimum_gain_ms", minimumGain)]
        where !(Nanoseconds.zero...day).contains(span) {
            throw .outOfRange(setting: name, value: "\(span.inMilliseconds)", range: "0 ms to a day")
        }
        let positive = [
            ("prepare_timeout_ms", prepareTimeout), ("activate_timeout_ms", activateTimeout),
            ("drain_timeout_ms", drainTimeout), ("retry_delay_ms", retryDelay), ("retry_limit_ms", retryLimit),
            ("maximum_reading_age_ms", maximumReadingAge),
        ]
        for (name, span) in positive where !(Nanoseconds.milliseconds(1)...day).contains(span) {
            throw .outOfRange(setting: name, value: "\(span.inMilliseconds)", range: "1 ms to a day")
        }
        guard retryDelay <= retryLimit else {
            throw .outOfRange(
                setting: "retry_delay_ms", value: "\(retryDelay.inMilliseconds)", range: "1 ms to retry_limit_ms")
        }
        guard (0...1).contains(minimumGainShare) else {
            throw .outOfRange(setting: "minimum_gain_share", value: "\(minimumGainShare)", range: "0 to 1")
        }
        guard overrideRatio >= 1, overrideRatio.isFinite else {
            throw .outOfRange(setting: "override_ratio", value: "\(overrideRatio)", range: "1 or more")
        }
        guard (0..<1).contains(minimumConfidence) else {
            throw .outOfRange(
                setting: "minimum_confidence", value: "\(minimumConfidence)", range: "0 or more, and below 1")
        }
    }
}

/// A setting that cannot be.
public enum ControllerSettingsError: InputError, Hashable {
    /// `setting` as files name it.
    case outOfRange(setting: String, value: String, range: String)
    case unknownObjective(String)

    /// As files name it.
    var setting: String {
        switch self {
        case .outOfRange(let setting, _, _): setting
        case .unknownObjective: "objective"
        }
    }

    var remedy: String {
        switch self {
        case .outOfRange(_, _, let range): "it must be \(range)"
        case .unknownObjective: "write \(Objective.help)"
        }
    }

    public var description: String {
        switch self {
        case .outOfRange(_, let value, _): "controller settings: '\(setting)' is \(value); \(remedy)"
        case .unknownObjective(let text): "controller settings: '\(setting)' is '\(text)'; \(remedy)"
        }
    }
}
