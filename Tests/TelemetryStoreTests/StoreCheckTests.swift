import Foundation
import GRDB
import Model
import TelemetryStore
import Testing

@Suite struct StoreCheckTests {
    private func seconds(_ value: Int64) -> Instant { Instant(nanoseconds: value * 1_000_000_000) }

    @Test func anUneventfulRunIsSound() async throws {
        try await withTemporaryFolder { folder in
            let world = StoreWorld()
            let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: world.options())
            for metric in Metric.allCases {
                store.append(samples: (0..<900).map { sample(metric, $0 * 1000, 1) }, device: "a", boot: 1)
            }
            store.append(frames: (0..<50).map(frame), device: "a", boot: 1)
            try await store.flush()
            world.pass(.seconds(7200))
            try await store.upkeep()
            let check = try await store.check(longestGap: .seconds(2))
            #expect(
                check.isSound && check.silences.isEmpty && check.samples == 900 * Metric.allCases.count
                    && check.boots == 1, "\(check)")
            try await store.close()
        }
    }

    /// Gaps and silences of seeded streams against the samples themselves.
    @Test func gapsAreThoseOfTheStream() async throws {
        try await withTemporaryFolder { folder in
            let store = try manualStore(folder + "/run.sqlite")
            var expected: [StoreCheck.Gap] = []
            var silent: Set<String> = []
            for seed in UInt64(0)..<300 {
                var random = SeededGenerator(seed: seed)
                var now: Int64 = 0
                var samples: [Sample] = []
                for _ in 0..<80 {
                    let pause = Int64.random(in: 1...(random.next() % 20 == 0 ? 100 : 8), using: &random)
                    if pause > 30, now > 0 {
                        let gap = StoreCheck.Gap(
                            device: "device \(seed)", boot: 2, from: seconds(now), length: .seconds(pause))
                        expected.append(gap)
                    }
                    now += pause
                    samples.append(sample([.rtt, .uplink, .edgeCPU][Int(random.next() % 3)], now * 1000, 1))
                }
                for metric in Set(samples.map(\.metric)) {
                    let last = samples.last { $0.metric == metric }?.time ?? .zero
                    if seconds(now) - last > .seconds(30) { silent.insert("device \(seed) \(metric.rawValue)") }
                }
                store.append(samples: samples.shuffled(using: &random), device: "device \(seed)", boot: 2)
            }
            try await store.flush()
            let check = try await store.check(longestGap: .seconds(30))
            #expect(check.gaps.count == expected.count && expected.count > 100)
            #expect(Set(check.gaps) == Set(expected))
            #expect(Set(check.silences.map { "\($0.device) \($0.metric.rawValue)" }) == silent && !silent.isEmpty)
            #expect(!check.isSound)
            let one = try await store.check(device: "device 7", longestGap: .seconds(30))
            #expect(one.gaps == expected.filter { $0.device == "device 7" } && one.samples == 80)
            let start = try #require(try await store.boots().first).origin + 600_000_000_000
            let late = try await store.check(since: start, longestGap: .seconds(30))
            #expect(late.samples > 0 && late.samples < check.samples && Set(late.gaps).isSubset(of: expected))
            #expect(late.gaps.count > 0 && late.gaps.count < expected.count)
            try await store.close()
        }
    }

    @Test func clockFaultsAreFound() async throws {
        try await withTemporaryFolder { folder in
            let (path, world) = (folder + "/run.sqlite", StoreWorld())
            let store = try TelemetryStore.open(path: path, options: world.options())
            store.append(samples: (0..<100).map { sample(.rtt, $0 * 1000, 1) }, device: "a", boot: 1)
            try await store.flush()
            world.pass(.seconds(100))
            world.step(.seconds(-60))
            store.append(samples: (0..<10).map { sample(.rtt, $0 * 1000, 1) }, device: "a", boot: 2)
            var back = (0..<3).map(frame)
            back[2].captured = back[0].captured
            store.append(frames: back, device: "a", boot: 2)
            try await store.flush()
            let check = try await store.check()
            #expect(check.clockFaults.map(\.kind) == [.wallClock, .deviceClock, .overlap])
            #expect(check.clockFaults.map(\.step) == [.seconds(-60), .milliseconds(-33), .seconds(-59)])
            #expect(check.gaps.isEmpty && !check.isSound)
            try await store.close()
        }
    }
}
