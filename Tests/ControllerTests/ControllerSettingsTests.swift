import Controller
import FoundationEssentials
import Model
import Optimizer
import Testing

@Suite struct ControllerSettingsTests {
    @Test func settingsSurviveJSON() throws {
        let settings = try ControllerSettings(
            objective: .quantile(0.95), workload: Workload(frameInterval: .milliseconds(33), horizon: .seconds(2)),
            minimumDwell: .milliseconds(1500), minimumGainShare: 0.2, overrideRatio: 3, minimumConfidence: 0.5, mode: .shadow
        )
        for value in [settings, .standard] {
            let data = try StableJSON.encode(value)
            #expect(try StableJSON.decode(ControllerSettings.self, from: data, source: "s") == value)
        }
        let defaults = try StableJSON.decode(ControllerSettings.self, from: Data("{}".utf8), source: "s")
        #expect(defaults == .standard)
    }

    @Test(arguments: [
        (#"{"minimum_dwell_ms": -1}"#, "'minimum_dwell_ms' is wrong: it must be 0 ms to a day"),
        (#"{"prepare_timeout_ms": 0}"#, "'prepare_timeout_ms' is wrong: it must be 1 ms to a day"),
        (#"{"retry_delay_ms": 70000}"#, "'retry_delay_ms' is wrong: it must be 1 ms to retry_limit_ms"),
        (#"{"minimum_gain_share": 1.5}"#, "'minimum_gain_share' is wrong: it must be 0 to 1"),
        (#"{"override_ratio": 0.9}"#, "'override_ratio' is wrong: it must be 1 or more"),
        (#"{"minimum_confidence": 1}"#, "'minimum_confidence' is wrong: it must be 0 or more, and below 1"),
        (#"{"objective": "p0"}"#, "'objective' is wrong: write \(Objective.help)"),
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
        #expect(throws: ControllerSettingsError.self) { try ControllerSettings(minimumGainShare: .nan) }
        #expect(throws: ControllerSettingsError.self) { try ControllerSettings(overrideRatio: .infinity) }
        #expect(throws: ControllerSettingsError.self) { try ControllerSettings(objective: .quantile(.nan)) }
    }
}
