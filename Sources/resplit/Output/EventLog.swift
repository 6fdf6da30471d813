import Foundation
import Model
import Scenarios
import Sim

/// All that happened in some runs, a JSON object a line, run by run. Lines say the seed where there are several.
enum EventLog {
    private struct Line: Encodable {
        var policy: String
        var seed: UInt64?
        var time: Instant
        var kind: LogEntry.Kind
        var device: String?
        var frame: Int?
        var plan: String?
        var bytes: Int
        var worker: Int?

        enum CodingKeys: String, CodingKey {
            case policy, seed, time = "time_ns", kind, device, frame, plan, bytes, worker
        }
    }

    /// - Throws: `FileUnwritable`.
    static func write(_ runs: [ScenarioRun], of scenario: Scenario, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let world = scenario.world
        let groups = world.devices.flatMap { repeatElement($0, count: $0.count) }
        let names = world.deviceNames
        var text = Data()
        for run in runs {
            for entry in run.log {
                let line = Line(
                    policy: run.policy.description, seed: scenario.seeds.count > 1 ? run.seed : nil, time: entry.time,
                    kind: entry.kind,
                    device: entry.device.map { names[$0] }, frame: entry.frame,
                    plan: entry.device.flatMap { device in entry.plan.map { groups[device].planSet.plans[$0].id } },
                    bytes: entry.bytes, worker: entry.worker)
                text.append(try encoder.encode(line))
                text.append(UInt8(ascii: "\n"))
            }
        }
        try Files.write(text, to: path)
    }
}
