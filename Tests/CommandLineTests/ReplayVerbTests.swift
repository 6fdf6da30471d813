import Controller
import Foundation
import Model
import TelemetryStore
import TestSupport
import Testing

/// Recorded runs as a program and a person meet them.
@Suite struct ReplayVerbTests {
    /// A run of two controllers on one boot of a device: the first is killed, another begins where the agent is.
    private struct Record {
        var starts: [ControllerStart] = []
        var events: [EventRecord] = []
        var decisions: [DecisionRecord] = []
        var frames: [FrameRecord] = []

        init() throws {
            let fast = Conditions(uplink: .mbps(50), downlink: .mbps(50), rtt: .milliseconds(10))
            let slow = Conditions(uplink: .mbps(0.2), downlink: .mbps(0.2), rtt: .milliseconds(80))
            let windows = try [fast, slow].map { try #require(ConditionsWindow(samples: [$0, $0, $0])) }
            try add([
                .attached(activePlan: "edge-only", epoch: 0), .conditions(windows[0]), .prepared(1), .activated(1),
                .conditions(windows[1]), .prepared(2), .activated(2), .drained(1),
            ])
            try add([.attached(activePlan: "edge-only", epoch: 2, lastEpoch: 2), .linkLost, .pin(planID: "none")])
        }

        private mutating func add(_ given: [Event]) throws {
            var controller = SplitController(planSet: madeUpPlanSet(), settings: .standard)
            for (index, event) in given.enumerated() {
                let number = events.count + 1
                let time = Instant.zero + .seconds(Int64(number) * 2)
                if index == 0 {
                    starts.append(
                        ControllerStart(
                            device: "cam", boot: 7, sequence: number, time: time, planSet: try json(madeUpPlanSet()),
                            settings: try json(ControllerSettings.standard)))
                }
                events.append(EventRecord(sequence: number, time: time, body: try json(event)))
                for case .record(let decision) in controller.step(event, at: time) {
                    decisions.append(
                        DecisionRecord(
                            device: "cam", boot: 7, time: time, epoch: decision.epoch, plan: decision.to ?? "",
                            reason: decision.reason, body: try json(decision)))
                }
            }
        }

        private func json(_ value: some Encodable) throws -> String {
            String(decoding: try StableJSON.encode(value), as: UTF8.self)
        }

        func write(to path: String) async throws {
            let store = try TelemetryStore.open(path: path)
            for start in starts { try await store.write(start, deviceTime: .zero) }
            store.append(events: events, device: "cam", boot: 7)
            for decision in decisions { store.append(decision: decision) }
            store.append(frames: frames, device: "cam", boot: 7)
            try await store.close()
        }
    }

    private func replay(_ record: Record, _ flags: String...) async throws -> Program.Outcome {
        try await TestFiles.withFolder { folder in
            let path = folder + "/run.sqlite"
            try await record.write(to: path)
            return try Program.run(["replay", path] + flags)
        }
    }

    private func json(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test func aRecordedRunReplays() async throws {
        let record = try Record()
        #expect(record.decisions.count > 8)
        let outcome = try await replay(record, "--json")
        #expect(outcome.code == 0, "\(outcome)")
        let report = try json(outcome)
        #expect(report["identical"] as? Bool == true && report["decisions"] as? Int == record.decisions.count)
        let runs = try #require(report["runs"] as? [[String: Any]])
        #expect(runs.map { $0["events"] as? Int } == [8, 3])
        #expect(try await replay(record).output.contains("identical"))
    }

    /// Frames of the edge alone, at a time of their own: simulated they take what they took.
    @Test func aRecordedRunIsSimulated() async throws {
        var record = try Record()
        record.frames = (0..<30).map { number in
            var stages = StageTimes()
            stages.edge = .milliseconds(260)
            return FrameRecord(
                frame: number, epoch: 1, planID: "edge-only", answer: .planned,
                captured: .zero + .milliseconds(Int64(number) * 500), latency: .milliseconds(260), stages: stages,
                sentBytes: 0, topClass: 1, isCorrect: nil)
        }
        let outcome = try await replay(record, "--simulate", "--json")
        #expect(outcome.code == 0, "\(outcome)")
        let runs = try #require(try json(outcome)["simulated"] as? [[String: Any]])
        #expect(runs.count == 1 && runs[0]["device"] as? String == "cam" && runs[0]["boot"] as? Int == 7)
        for name in ["live", "as_recorded"] {
            let figures = try #require(runs[0][name] as? [String: Any])
            #expect(figures["frames"] as? Int == 30 && figures["mean_ms"] as? Double == 260, "\(name): \(figures)")
        }
        #expect(try await replay(record, "--simulate").output.contains("decided anew"))
        record.frames = []
        let without = try await replay(record, "--simulate")
        #expect(without.code == 2 && without.errors.contains("no frame"), "\(without)")
    }

    @Test func aDifferenceIsNamed() async throws {
        var record = try Record()
        record.decisions[3].body = record.decisions[3].body.replacing("\"edge-only\"", with: "\"cloud-8\"")
        let outcome = try await replay(record, "--json")
        #expect(outcome.code == 1, "\(outcome)")
        let difference = try #require(try json(outcome)["first_difference"] as? [String: Any])
        #expect(difference["index"] as? Int == 3 && difference["device"] as? String == "cam")
        #expect(difference["keys"] as? [String] != [])
        let text = try await replay(record)
        #expect(text.code == 1 && text.output.contains("the first difference: cam, decision 3"), "\(text)")
    }

    /// One line, and exit code 2.
    @Test func whatWasNotRecordedWholeIsRefused() async throws {
        var bare = try Record()
        bare.starts = []
        var gap = try Record()
        gap.events.remove(at: 4)
        var late = try Record()
        late.events.removeFirst()
        var broken = try Record()
        broken.events[2].body = "{}"
        var empty = try Record()
        empty.events = []
        let cases = [
            (bare, "without the plan set"), (gap, "event 5 is missing"), (late, "first events are no longer there"),
            (broken, "event 3"), (empty, "holds no events"),
        ]
        for (record, words) in cases {
            let outcome = try await replay(record)
            #expect(outcome.code == 2 && outcome.output.isEmpty, "\(outcome)")
            #expect(outcome.errors.contains(words) && outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
        }
    }

    @Test func otherPlansAreTried() async throws {
        try await TestFiles.withFolder { folder in
            let plans = folder + "/plans.json"
            try StableJSON.encode(madeUpPlanSet(hasEdgeOnly: false)).write(to: URL(filePath: plans))
            let outcome = try await replay(try Record(), "--plans", plans)
            #expect(outcome.code == 1 && outcome.output.contains("differs"), "\(outcome)")
        }
    }
}
