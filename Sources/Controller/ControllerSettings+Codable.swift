import Model
import Optimizer

/// In JSON every setting has a key in snake_case; an absent one takes its default. The workload is `frame_interval_ms` (absent:
/// isolated frames) and `horizon_ms`.
extension ControllerSettings: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case objective, frameInterval = "frame_interval_ms", horizon = "horizon_ms"
        case moveCost = "move_cost_ms", movesPerHour = "moves_per_hour", herdSpread = "herd_spread"
        case canaryFrames = "canary_frames", canaryTolerance = "canary_tolerance"
        case explorationsPerHour = "explorations_per_hour"
        case prepareTimeout = "prepare_timeout_ms", activateTimeout = "activate_timeout_ms"
        case drainTimeout = "drain_timeout_ms", retryDelay = "retry_delay_ms", retryLimit = "retry_limit_ms"
        case minimumConfidence = "minimum_confidence", maximumReadingAge = "maximum_reading_age_ms", mode
    }

    /// Names of all settings in files.
    public static var keys: [String] { Key.allCases.map(\.rawValue) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func value<Value: Decodable>(_ key: Key) throws -> Value? {
            try container.decodeIfPresent(Value.self, forKey: key)
        }
        func corrupted(_ key: Key, _ problem: String) -> DecodingError {
            .dataCorruptedError(forKey: key, in: container, debugDescription: problem)
        }
        var objective: Objective?
        if let text: String = try value(.objective) {
            objective = Objective(text)
            if objective == nil {
                throw corrupted(.objective, ControllerSettingsError.unknownObjective(text).remedy)
            }
        }
        let interval: Nanoseconds? = try value(.frameInterval)
        let horizon: Nanoseconds = try value(.horizon) ?? .zero
        guard interval.map({ $0 > .zero }) ?? true else { throw corrupted(.frameInterval, "it must be above 0") }
        guard horizon >= .zero else { throw corrupted(.horizon, "it must be 0 or more") }
        do {
            try self.init(
                objective: objective, workload: Workload(frameInterval: interval, horizon: horizon),
                moveCost: value(.moveCost), movesPerHour: value(.movesPerHour), herdSpread: value(.herdSpread),
                canaryFrames: value(.canaryFrames), canaryTolerance: value(.canaryTolerance),
                explorationsPerHour: value(.explorationsPerHour),
                prepareTimeout: value(.prepareTimeout), activateTimeout: value(.activateTimeout),
                drainTimeout: value(.drainTimeout), retryDelay: value(.retryDelay), retryLimit: value(.retryLimit),
                minimumConfidence: value(.minimumConfidence), maximumReadingAge: value(.maximumReadingAge),
                mode: value(.mode))
        } catch let error as ControllerSettingsError {
            throw corrupted(Key(rawValue: error.setting) ?? .objective, error.remedy)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(objective.description, forKey: .objective)
        try container.encodeIfPresent(workload.frameInterval, forKey: .frameInterval)
        try container.encode(workload.horizon, forKey: .horizon)
        try container.encode(moveCost, forKey: .moveCost)
        try container.encode(movesPerHour, forKey: .movesPerHour)
        try container.encode(herdSpread, forKey: .herdSpread)
        try container.encode(canaryFrames, forKey: .canaryFrames)
        try container.encode(canaryTolerance, forKey: .canaryTolerance)
        try container.encode(explorationsPerHour, forKey: .explorationsPerHour)
        try container.encode(prepareTimeout, forKey: .prepareTimeout)
        try container.encode(activateTimeout, forKey: .activateTimeout)
        try container.encode(drainTimeout, forKey: .drainTimeout)
        try container.encode(retryDelay, forKey: .retryDelay)
        try container.encode(retryLimit, forKey: .retryLimit)
        try container.encode(minimumConfidence, forKey: .minimumConfidence)
        try container.encode(maximumReadingAge, forKey: .maximumReadingAge)
        try container.encode(mode, forKey: .mode)
    }
}
