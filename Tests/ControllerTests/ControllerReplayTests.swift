import Controller
import FoundationEssentials
import Model
import TestSupport
import Testing

@Suite struct ControllerReplayTests {
    private struct Recording {
        var planSet: PlanSet
        var settings: ControllerSettings
        var herdPart: Double
        var events: [(time: Instant, event: Event)]
        /// One list an event.
        var decisions: [[Decision]]

        func replay(recorded: [Decision]) -> ControllerReplay {
            var replay = ControllerReplay(planSet: planSet, settings: settings, herdPart: herdPart, recorded: recorded)
            for (time, event) in events { replay.step(event, at: time) }
            replay.finish()
            return replay
        }
    }

    /// A device in trouble, with all that its controller was given and decided having gone through JSON.
    private func recording(seed: UInt64) throws -> Recording {
        var world = try FaultyWorld(seed: seed)
        var conditions = randomConditions(using: &world.random)
        world.attach()
        for _ in 0..<60 {
            world.run(until: world.now + .milliseconds(.random(in: 1...400, using: &world.random)))
            world.meddle(with: &conditions)
        }
        let decisions = world.log.map { entry in
            entry.actions.compactMap { if case .record(let decision) = $0 { decision } else { nil } }
        }
        func throughJSON<Value: Codable>(_ value: Value) throws -> Value {
            try StableJSON.decode(Value.self, from: StableJSON.encode(value), source: "a record")
        }
        return Recording(
            planSet: try throughJSON(world.controller.planSet), settings: try throughJSON(world.settings), herdPart: 0,
            events: try world.log.map { ($0.time, try throughJSON($0.event)) }, decisions: try throughJSON(decisions))
    }

    @Test func theSameEventsGiveTheSameDecisions() throws {
        var count = 0
        for seed in 0..<150 as Range<UInt64> {
            let recording = try recording(seed: seed)
            let recorded = recording.decisions.flatMap { $0 }
            let replay = recording.replay(recorded: recorded)
            #expect(replay.firstDifference == nil && replay.decisions == recorded.count, "seed \(seed)")
            count += recorded.count
        }
        #expect(count > 3_000, "the devices were as troubled as they were meant to be")
    }

    @Test func theFirstThatDiffersIsNamed() throws {
        for seed in 0..<60 as Range<UInt64> {
            let recording = try recording(seed: seed)
            let whole = recording.decisions.flatMap { $0 }
            var random = SeededGenerator(seed: seed)
            let index = Int.random(in: whole.indices, using: &random)
            var changed = whole
            changed[index].epoch += 1
            changed[index].reason += "!"
            let found = try #require(recording.replay(recorded: changed).firstDifference, "seed \(seed)")
            #expect(found.index == index && found.keys == ["epoch", "reason"], "seed \(seed)")
            #expect(found.recorded == changed[index] && found.replayed == whole[index], "seed \(seed)")
            let more = recording.replay(recorded: whole + [changed[index]])
            #expect(more.firstDifference?.index == whole.count, "seed \(seed)")
            #expect(more.firstDifference?.replayed == nil && more.firstDifference?.keys == [], "seed \(seed)")
        }
    }

    /// Only what the last event led to may be missing.
    @Test func aRecordCutOffInTheMiddleOfAnEventIsNoDifference() throws {
        for seed in 0..<60 as Range<UInt64> {
            var recording = try recording(seed: seed)
            let last = try #require(recording.decisions.lastIndex { !$0.isEmpty }, "seed \(seed)")
            recording.events.removeSubrange((last + 1)...)
            let whole = recording.decisions.flatMap { $0 }
            for missing in 0...recording.decisions[last].count {
                #expect(
                    recording.replay(recorded: Array(whole.dropLast(missing))).firstDifference == nil, "seed \(seed)")
            }
            let tooShort = whole.dropLast(recording.decisions[last].count + 1)
            let found = recording.replay(recorded: Array(tooShort)).firstDifference
            #expect(found?.index == tooShort.count && found?.recorded == nil, "seed \(seed)")
        }
    }
}
