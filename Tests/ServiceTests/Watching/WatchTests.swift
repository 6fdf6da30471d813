import DataPlane
import Model
import TelemetryStore
import TestSupport
import Testing

/// Watches over real sockets.
@Suite(.serialized, .timeLimit(.minutes(3))) struct WatchTests {
    private func sample(_ metric: Metric, _ milliseconds: Int64, _ value: Double) -> Sample {
        Sample(metric: metric, time: .zero + .milliseconds(milliseconds), value: value)
    }

    private func withService(_ body: (LiveService) async throws -> Void) async throws {
        try await TestFiles.withFolder { folder in try await body(LiveService(in: folder)) }
    }

    /// Watches while the body runs.
    private func watching(
        _ listener: Listener, _ body: () async throws -> Void
    ) async throws -> any Error {
        let run = Task { await listener.run() }
        defer { run.cancel() }
        try await eventually("the watch begins") { !listener.heard.isEmpty }
        try await body()
        run.cancel()
        return await run.value
    }

    @Test func itIsToldWhatTheStoreKeeps() async throws {
        try await withService { service in
            let agent = try await ToldAgent("cam", to: service.endpoint)
            let all = Listener(service.endpoint)
            let some = Listener(service.endpoint, device: "cam", metrics: [.uplink])
            let ending = try await watching(all) {
                _ = try await watching(some) {
                    for step in 0..<50 as Range<Int64> {
                        // The second is no reading, and the fourth came before.
                        agent.tell(
                            .samples([
                                sample(.uplink, step * 10, 1e6 + Double(step)), sample(.rtt, step * 10, -1),
                                sample(.rtt, step * 10 + 5, 0.01), sample(.uplink, step * 10, 2e6),
                            ]))
                    }
                    await agent.leave()
                    for listener in [all, some] {
                        try await eventually("the end is told") { listener.states.last?.isAttached == false }
                    }
                }
            }
            #expect(ending is CancellationError, "\(ending)")
            try await service.stop()
            let boot = try #require(all.states.first)
            #expect(all.states.count == 2 && boot == DeviceState(device: "cam", boot: "1", isAttached: true))
            let store = try TelemetryStore.openToRead(path: service.store.path)
            let key = try #require(try await store.boots().last)
            let kept = try await store.recentSamples(device: "cam", boot: key.boot, since: .zero, limit: 1000)
            try await store.close()
            #expect(all.samples.count == 100 && all.missed == 0)
            #expect(all.samples.sorted { $0.time < $1.time } == kept.sorted { $0.time < $1.time })
            #expect(some.samples == all.samples.filter { $0.metric == .uplink })
        }
    }

    @Test func aRestartIsToldBeforeItsReadings() async throws {
        try await withService { service in
            let first = try await ToldAgent("cam", boot: "1", to: service.endpoint)
            let listener = Listener(service.endpoint)
            _ = try await watching(listener) {
                first.tell(.samples([sample(.rtt, 900, 0.01)]))
                await first.leave()
                try await eventually("the device is away") { listener.states.last?.isAttached == false }
                let second = try await ToldAgent("cam", boot: "2", to: service.endpoint)
                second.tell(.samples([sample(.rtt, 5, 0.02)]))
                try await eventually("both are heard") { listener.samples.count == 2 }
            }
            func state(_ boot: String, _ isAttached: Bool) -> WatchMessage {
                .state(DeviceState(device: "cam", boot: boot, isAttached: isAttached))
            }
            #expect(
                listener.heard == [
                    state("1", true), .samples([sample(.rtt, 900, 0.01)]), state("1", false), state("2", true),
                    .samples([sample(.rtt, 5, 0.02)]),
                ])
            try await service.stop()
        }
    }

    /// One who does not take what is told is told later what is left, and how much is not; the others wait for nothing.
    @Test func aSlowListenerHoldsUpNobody() async throws {
        try await withService { service in
            let agent = try await ToldAgent("cam", to: service.endpoint)
            let slow = Listener(service.endpoint, metrics: [.runQueue], isHeld: true)
            let quick = Listener(service.endpoint, metrics: [.temperature])
            let (batches, size) = (50, 10_000)
            _ = try await watching(slow) {
                _ = try await watching(quick) {
                    for batch in 0..<batches {
                        let numbers = Int64(batch * size)..<Int64((batch + 1) * size)
                        agent.tell(.samples(numbers.map { sample(.runQueue, $0, 1) }))
                    }
                    agent.tell(.samples([sample(.temperature, 1, 40)]))
                    try await eventually("the last is told") { !quick.samples.isEmpty }
                }
                #expect(slow.samples.isEmpty)
                slow.release()
                let last = Instant.zero + .milliseconds(Int64(batches * size - 1))
                try await eventually("the rest is told") { slow.samples.last?.time == last }
            }
            #expect(slow.missed > 0 && slow.samples.count + slow.missed == batches * size, "\(slow.missed)")
            let times = slow.samples.map(\.time)
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
            try await service.stop()
        }
    }

    @Test func whatIsNotThereIsRefused() async throws {
        try await withService { service in
            func refusal(of device: String?) async -> String {
                "\(await Listener(service.endpoint, device: device).run())"
            }
            let none = await refusal(of: nil)
            #expect(none == "\(service.endpoint): no device has attached yet; start its agent with --controller")
            #expect(await refusal(of: "cam").contains("no device 'cam', nor any other"))
            let agents = try await [ToldAgent("cam", to: service.endpoint), ToldAgent("kiosk", to: service.endpoint)]
            #expect(await refusal(of: nil).contains("name one with --device: cam, kiosk"))
            #expect(await refusal(of: "kiosc").hasSuffix("no device 'kiosc' has attached; did you mean 'kiosk'?"))
            let escaped = await refusal(of: "x\n\u{1B}")
            #expect(escaped.hasSuffix("no device 'x\\n\\u{1B}' has attached; there are cam, kiosk"))
            #expect(await Listener(service.endpoint, device: "none").run() is WatchRefused)
            for agent in agents { await agent.leave() }
            try await service.stop()
        }
    }

    @Test func aControllerThatGoesEndsTheWatch() async throws {
        try await withService { service in
            let agent = try await ToldAgent("cam", to: service.endpoint)
            let listener = Listener(service.endpoint)
            let run = Task { await listener.run() }
            agent.tell(.samples([sample(.rtt, 5, 0.02)]))
            try await eventually("the watch begins") { !listener.heard.isEmpty }
            try await service.stop()
            #expect(await run.value as? DataPlaneError == .controllerGone(service.endpoint))
            let silent = await Listener(service.endpoint).run()
            #expect(silent as? DataPlaneError == .controllerSilent(service.endpoint))
        }
    }

    /// Watches that ended make room for others, of which there are 64 at most.
    @Test func watchesThatEndedLeaveNothing() async throws {
        try await withService { service in
            let agent = try await ToldAgent("cam", to: service.endpoint)
            for _ in 0..<70 { _ = try await watching(Listener(service.endpoint)) {} }
            var runs: [Task<any Error, Never>] = []
            try await eventually("64 are admitted") {
                let listener = Listener(service.endpoint)
                let ended = Shared(false)
                let run = Task {
                    defer { ended.value = true }
                    return await listener.run()
                }
                while listener.heard.isEmpty, !ended.value { try? await Task.sleep(for: .milliseconds(2)) }
                if !listener.heard.isEmpty { runs.append(run) }
                return runs.count == 64
            }
            let refused = await Listener(service.endpoint).run()
            #expect("\(refused)".contains("watched by too many"), "\(refused)")
            for run in runs { run.cancel() }
            await agent.leave()
            try await service.stop()
        }
    }
}
