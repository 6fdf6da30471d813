import Foundation
import Model
import TelemetryStore
import Testing

/// Agent, worker and controller as processes that are killed without warning.
@Suite(.serialized) struct KillTests {
    /// Kills of worker and controller, by turns; RESPLIT_KILLS asks for more than a test run has time for.
    private static let rounds = ProcessInfo.processInfo.environment["RESPLIT_KILLS"].flatMap { Int($0) } ?? 4
    /// At 30 a second: they flow for longer than the kills, each of which takes at most two seconds and a start.
    private static let frames = rounds * 75

    @Test func theOthersGoOnAndRejoin() async throws {
        let world = try LiveWorld()
        defer { world.remove() }
        var random = SeededGenerator(seed: 20_261_121)
        var worker = try Daemon(world.workerArguments(port: 0))
        var controller = try Daemon(world.controllerArguments(port: 0))
        let (workerPort, controllerPort) = (try worker.port(), try controller.port())
        let agent = try Daemon(world.agentArguments(workerPort, controllerPort, frames: Self.frames))
        try agent.wait(for: "first frame at")
        var kills: [Instant] = []
        for round in 0..<Self.rounds {
            usleep(UInt32.random(in: 600_000...1_400_000, using: &random))
            if round % 2 == 0 {
                worker.kill()
                usleep(UInt32.random(in: 100_000...700_000, using: &random))
                worker = try Daemon(world.workerArguments(port: workerPort))
                _ = try worker.port()
            } else {
                kills.append(Self.now())
                controller.kill()
                usleep(UInt32.random(in: 100_000...700_000, using: &random))
                controller = try Daemon(world.controllerArguments(port: controllerPort))
                _ = try controller.port()
            }
            #expect(agent.isRunning, "round \(round)")
        }
        let report = try #require(try JSONSerialization.jsonObject(with: agent.finish()) as? [String: Int])
        #expect(report["frames"] == Self.frames && report["answered"] == Self.frames, "\(report)")
        #expect(report["lost"] == 0 && report["duplicated"] == 0, "\(report)")
        #expect(worker.isRunning && controller.isRunning)
        controller.stop()
        worker.stop()
        try await expectNothingLost(world, kills: kills)
    }

    @Test func anAgentKilledIsReplaced() throws {
        let world = try LiveWorld()
        defer { world.remove() }
        let worker = try Daemon(world.workerArguments(port: 0))
        let controller = try Daemon(world.controllerArguments(port: 0))
        let (workerPort, controllerPort) = (try worker.port(), try controller.port())
        let first = try Daemon(world.agentArguments(workerPort, controllerPort, frames: 10_000))
        try first.wait(for: "first frame at")
        usleep(700_000)
        first.kill()
        let second = try Daemon(world.agentArguments(workerPort, controllerPort, frames: 60))
        try second.wait(for: "first frame at")
        let report = try #require(try JSONSerialization.jsonObject(with: second.finish()) as? [String: Int])
        #expect(report["answered"] == 60 && report["lost"] == 0 && report["duplicated"] == 0, "\(report)")
        #expect(worker.isRunning && controller.isRunning)
        controller.stop()
        worker.stop()
        try expectStatus(world)
    }

    /// Written once more when the controller ended: all that was accepted is in the file by then.
    private func expectStatus(_ world: LiveWorld) throws {
        let data = try Data(contentsOf: URL(filePath: world.status))
        let status = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let store = try #require(status["store"] as? [String: Any])
        #expect(store["written"] as? Int ?? 0 > 60 && store["pending"] as? Int == 0 && store["dropped"] as? Int == 0)
        let device = try #require((status["devices"] as? [[String: Any]])?.first)
        #expect(device["device"] as? String == LiveWorld.device && device["mode"] as? String == "auto")
    }

    /// Every frame and every sample is in the store, but for those of the last second before a kill of the controller.
    private func expectNothingLost(_ world: LiveWorld, kills: [Instant]) async throws {
        let store = try TelemetryStore.open(path: world.store)
        #expect(try await store.integrityCheck() == [])
        let boot = try #require(try await store.boots().last { $0.device == LiveWorld.device }?.boot)
        let frames = Set(try await store.frames(device: LiveWorld.device, boot: boot).map(\.frame))
        let samples = Set(
            try await store.recentSamples(device: LiveWorld.device, boot: boot, since: .zero, limit: .max / 2)
                .map(SampleKey.init))
        #expect(try await !store.decisions(device: LiveWorld.device).isEmpty)
        try await store.close()
        func mayMiss(_ time: Instant) -> Bool {
            kills.contains { time > $0 - .seconds(1) && time <= $0 + .milliseconds(50) }
        }
        let lines = try Data(contentsOf: URL(filePath: world.records)).split(separator: UInt8(ascii: "\n"))
        let records = lines.compactMap { try? JSONDecoder().decode(FrameRecord.self, from: $0) }
        #expect(Set(records.map(\.frame)) == Set(0..<Self.frames))
        for record in records where !frames.contains(record.frame) {
            #expect(mayMiss(record.captured + record.latency), "frame \(record.frame), answered long before a kill")
        }
        // After the last answer the agent takes leave of the controller.
        let end = records.map { $0.captured + $0.latency }.max() ?? .zero
        let taken = lines.compactMap { try? JSONDecoder().decode(Sample.self, from: $0) }.filter { $0.time <= end }
        #expect(Set(taken.map(\.metric)).count >= 4)
        for sample in taken where !samples.contains(SampleKey(sample)) {
            #expect(mayMiss(sample.time), "\(sample), taken long before the kills at \(kills)")
        }
    }

    private struct SampleKey: Hashable {
        var metric: Metric
        var time: Instant

        init(_ sample: Sample) { (metric, time) = (sample.metric, sample.time) }
    }

    private static func now() -> Instant {
        Instant(nanoseconds: Int64(DispatchTime.now().uptimeNanoseconds))
    }
}
