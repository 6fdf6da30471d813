import Model
import Optimizer

/// In JSON every setting has a key in snake_case; an absent one takes its default. The workload is `frame_interval_ms` (absent:
/// isolated frames) and `horizon_ms`.
extension ControllerSettings: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case objective, frameInterval = "frame_interval_ms", horizon = "horizon_ms"
        case minimumDwell = "minimum_dwell_ms", minimumGain = "minimum_gain_ms"
        case minimumGainShare = "minimum_gain_share", overrideRatio = "override_ratio"
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
                minimumDwell: value(.minimumDwell), minimumGain: value(.minimumGain),
                minimumGainShare: value(.minimumGainShare), overrideRatio: value(.overrideRatio),
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
        try container.encode(minimumDwell, forKey: .minimumDwell)
        try container.encode(minimumGain, forKey: .minimumGain)
        try container.encode(minimumGainShare, forKey: .minimumGainShare)
        try container.encode(overrideRatio, forKey: .overrideRatio)
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
