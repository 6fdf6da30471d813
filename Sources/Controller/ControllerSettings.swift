public import Model
public import Optimizer

/// The thresholds of the decision and the handover. A value is always valid.
public struct ControllerSettings: Hashable, Sendable {
    /// What plans are judged by over a window. Default: the mean latency.
    public private(set) var objective = Objective.mean
    /// How often frames come: makes a plan that cannot keep up pay for its backlog. Default: isolated frames.
    public var workload = Workload.isolated
    /// What a move costs, in latency summed over the frames that it disturbs, where moves have not shown that they cost more. A plan
    /// is left once it has cost that much more than the best. Default: 50 ms.
    public private(set) var moveCost = Nanoseconds.milliseconds(50)
    /// Moves for a gain in an hour, those of a minute at a time, and as many again on credit where
    /// a plan is more than twice as slow as the best. An outage, a pin and a rollback move beyond. Default: 360.
    public private(set) var movesPerHour = 360
    /// Devices that share a cloud do not all move at once: for each a move costs up to this share more, by its own part
    /// (`SplitController.init`). Default: 0.5.
    public private(set) var herdSpread = 0.5
    /// The first frames of a new plan, by which it is judged. 0: none is. Default: 5.
    public private(set) var canaryFrames = 5
    /// A plan whose first frames take longer than predicted by more than this share, and longer than those of the plan before would
    /// now, is left again. Default: 0.25.
    public private(set) var canaryTolerance = 0.25
    /// Moves in an hour to plans that are not predicted to be the best, where knowing them better promises more than it costs;
    /// earned before they are spent. Default: 1.
    public private(set) var explorationsPerHour = 1
    /// A preparation that is not answered by then is given up. Default: 5 s.
    public private(set) var prepareTimeout = Nanoseconds.seconds(5)
    /// An activation that is not answered by then is asked for again. Default: 1 s.
    public private(set) var activateTimeout = Nanoseconds.seconds(1)
    /// An old epoch that did not report its last frame by then is retired all the same. Default: 10 s.
    public private(set) var drainTimeout = Nanoseconds.seconds(10)
    /// A plan that failed is left alone this long, then twice as long, and so on. Default: 1 s.
    public private(set) var retryDelay = Nanoseconds.seconds(1)
    /// The longest that a failed plan is left alone. Default: 60 s.
    public private(set) var retryLimit = Nanoseconds.seconds(60)
    /// Where the uplink or the edge's slowdown is known less firmly, 0…1, nothing is decided (`MetricReading.confidence`: 0.5 after
    /// one full reading in the window). Default: 0, any reading will do: on a link too fast for a probe to say much, a frame takes
    /// next to no time, whatever the rate is exactly.
    public private(set) var minimumConfidence = 0.0
    /// Where the last reading of either is older than this, and than three frames take to come, nothing is decided. Default: 5 s.
    public private(set) var maximumReadingAge = Nanoseconds.seconds(5)
    /// The mode until an event changes it. Default: auto.
    public private(set) var mode = Mode.auto

    private init() {}

    /// The defaults of every setting.
    public static let standard = ControllerSettings()

    /// What is `nil` takes its default.
    ///
    /// - Throws: `ControllerSettingsError`, naming the first setting that cannot be.
    public init(
        objective: Objective? = nil, workload: Workload? = nil, moveCost: Nanoseconds? = nil,
        movesPerHour: Int? = nil, herdSpread: Double? = nil, canaryFrames: Int? = nil, canaryTolerance: Double? = nil,
        explorationsPerHour: Int? = nil, prepareTimeout: Nanoseconds? = nil, activateTimeout: Nanoseconds? = nil,
        drainTimeout: Nanoseconds? = nil, retryDelay: Nanoseconds? = nil, retryLimit: Nanoseconds? = nil,
        minimumConfidence: Double? = nil, maximumReadingAge: Nanoseconds? = nil, mode: Mode? = nil
    ) throws(ControllerSettingsError) {
        func set<Value>(_ setting: WritableKeyPath<Self, Value>, _ value: Value?) {
            if let value { self[keyPath: setting] = value }
        }
        set(\.objective, objective)
        set(\.workload, workload)
        set(\.moveCost, moveCost)
        set(\.movesPerHour, movesPerHour)
        set(\.herdSpread, herdSpread)
        set(\.canaryFrames, canaryFrames)
        set(\.canaryTolerance, canaryTolerance)
        set(\.explorationsPerHour, explorationsPerHour)
        set(\.prepareTimeout, prepareTimeout)
        set(\.activateTimeout, activateTimeout)
        set(\.drainTimeout, drainTimeout)
        set(\.retryDelay, retryDelay)
        set(\.retryLimit, retryLimit)
        set(\.minimumConfidence, minimumConfidence)
        set(\.maximumReadingAge, maximumReadingAge)
        set(\.mode, mode)
        try check()
    }

    private func check() throws(ControllerSettingsError) {
        if case .quantile(let q) = objective.statistic, !(q > 0 && q <= 1) {
            throw .unknownObjective(objective.description)
        }
        if case .deadlineMiss(let deadline) = objective.measure, deadline <= .zero {
            throw .unknownObjective(objective.description)
        }
        let day = Nanoseconds.seconds(86_400)
        guard (Nanoseconds.zero...day).contains(moveCost) else {
            throw .outOfRange(setting: "move_cost_ms", value: "\(moveCost.inMilliseconds)", range: "0 ms to a day")
        }
        let counts = [
            ("moves_per_hour", movesPerHour), ("canary_frames", canaryFrames),
            ("explorations_per_hour", explorationsPerHour),
        ]
        for (name, count) in counts where !(0...1_000_000).contains(count) {
            throw .outOfRange(setting: name, value: "\(count)", range: "0 to a million")
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
        for (name, share) in [("herd_spread", herdSpread), ("canary_tolerance", canaryTolerance)]
        where !(0...100).contains(share) {
            throw .outOfRange(setting: name, value: "\(share)", range: "0 to 100")
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
