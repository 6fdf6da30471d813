import Controller
import FoundationEssentials
import Model
import Optimizer
import Testing

@Suite struct ControllerSettingsTests {
    @Test func settingsSurviveJSON() throws {
        let settings = try ControllerSettings(
            objective: .quantile(0.95), workload: Workload(frameInterval: .milliseconds(33), horizon: .seconds(2)),
            moveCost: .milliseconds(15), movesPerHour: 20, canaryTolerance: 3, minimumConfidence: 0.5, mode: .shadow
        )
        let strict = try ControllerSettings(objective: .deadline(.milliseconds(80)))
        for value in [settings, strict, .standard] {
            let data = try StableJSON.encode(value)
            #expect(try StableJSON.decode(ControllerSettings.self, from: data, source: "s") == value)
        }
        let defaults = try StableJSON.decode(ControllerSettings.self, from: Data("{}".utf8), source: "s")
        #expect(defaults == .standard)
    }

    @Test(arguments: [
        (#"{"move_cost_ms": -1}"#, "'move_cost_ms' is wrong: it must be 0 ms to a day"),
        (#"{"moves_per_hour": -1}"#, "'moves_per_hour' is wrong: it must be 0 to a million"),
        (#"{"prepare_timeout_ms": 0}"#, "'prepare_timeout_ms' is wrong: it must be 1 ms to a day"),
        (#"{"retry_delay_ms": 70000}"#, "'retry_delay_ms' is wrong: it must be 1 ms to retry_limit_ms"),
        (#"{"herd_spread": 101}"#, "'herd_spread' is wrong: it must be 0 to 100"),
        (#"{"canary_tolerance": -0.1}"#, "'canary_tolerance' is wrong: it must be 0 to 100"),
        (#"{"minimum_confidence": 1}"#, "'minimum_confidence' is wrong: it must be 0 or more, and below 1"),
        (#"{"objective": "p0"}"#, "'objective' is wrong: write \(Objective.help)"),
        (#"{"objective": "deadline=0ms"}"#, "'objective' is wrong: write \(Objective.help)"),
        (#"{"frame_interval_ms": 0}"#, "'frame_interval_ms' is wrong: it must be above 0"),
        (#"{"horizon_ms": -1}"#, "'horizon_ms' is wrong: it must be 0 or more"),
    ])
    func whatCannotBeIsNamed(json: String, problem: String) {
        let error = #expect(throws: DocumentError.self) {
            try StableJSON.decode(ControllerSettings.self, from: Data(json.utf8), source: "s.json")
        }
        #expect(error?.description.hasSuffix(problem) == true, "\(error?.description ?? "")")
    }

    @Test func notANumberIsRefused() {
        #expect(throws: ControllerSettingsError.self) { try ControllerSettings(herdSpread: .nan) }
        #expect(throws: ControllerSettingsError.self) { try ControllerSettings(canaryTolerance: .infinity) }
        #expect(throws: ControllerSettingsError.self) { try ControllerSettings(objective: .quantile(.nan)) }
        let never = Objective(.mean, of: .deadlineMiss(.zero))
        #expect(throws: ControllerSettingsError.self) { try ControllerSettings(objective: never) }
    }
}
