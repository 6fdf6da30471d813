import Foundation
import Model
import Telemetry
import TelemetryStore
import Testing

@Suite struct TelemetryStoreTests {
    @Test func everythingComesBackAfterReopening() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            let samples = Metric.allCases.enumerated().map { index, metric in
                var sample = sample(metric, 1000, 0.5, weight: 0.25)
                sample.origin = Sample.Origin.allCases[index % 4]
                return sample
            }
            let frames = (0..<7).map(frame)
            let events = (0..<3).map { EventRecord(sequence: $0, time: .zero, body: "{\"n\":\($0)}") }
            for round in 0..<2 {
                let store = try manualStore(path)
                #expect(store.append(samples: samples, device: "cam/1", boot: 9))
                #expect(store.append(frames: frames, device: "cam/1", boot: 9))
                #expect(store.append(events: events, device: "cam/1", boot: 9))
                #expect(round > 0 || store.append(decision: decision("cam/1", 5, boot: 9)))
                try await store.close()
                #expect(store.status.pending == 0)
                #expect(store.status.duplicates == (round == 0 ? 0 : samples.count + frames.count + events.count))
            }
            let store = try manualStore(path)
            let read = try await store.recentSamples(device: "cam/1", boot: 9, since: .zero)
            #expect(Set(read) == Set(samples) && read.count == samples.count)
            #expect(try await store.frames(device: "cam/1", boot: 9) == frames)
            #expect(try await store.frames(device: "cam/1", boot: 9, in: 2..<4) == Array(frames[2..<4]))
            #expect(try await store.events(device: "cam/1", boot: 9) == events)
            #expect(try await store.decisions(device: "cam/1") == [decision("cam/1", 5, boot: 9)])
            #expect(try await store.boots().map(\.device) == ["cam/1"])
            #expect(try await store.integrityCheck().isEmpty)
            try await store.close()
        }
    }

    @Test func bootsAndDevicesStayApart() async throws {
        try await withTemporaryFolder { folder in
            let store = try manualStore(folder + "/run.sqlite")
            for (device, boot, value) in [("a", 1, 1.0), ("a", 2, 2.0), ("b", 1, 3.0)] {
                store.append(samples: [sample(.uplink, 500, value)], device: device, boot: boot)
            }
            try await store.flush()
            for (device, boot, value) in [("a", 1, 1.0), ("a", 2, 2.0), ("b", 1, 3.0)] {
                let read = try await store.recentSamples(device: device, boot: boot, since: .zero)
                #expect(read == [sample(.uplink, 500, value)])
            }
            #expect(try await store.recentSamples(device: "c", boot: 1, since: .zero).isEmpty)
            try await store.close()
        }
    }

    @Test func firstOfTwoSamplesOfOneTimeStays() async throws {
        try await withTemporaryFolder { folder in
            let store = try manualStore(folder + "/run.sqlite")
            store.append(samples: [sample(.rtt, 1, 0.1), sample(.rtt, 1, 0.2)], device: "a", boot: 1)
            try await store.flush()
            store.append(samples: [sample(.rtt, 1, 0.3)], device: "a", boot: 1)
            try await store.flush()
            #expect(try await store.recentSamples(device: "a", boot: 1, since: .zero) == [sample(.rtt, 1, 0.1)])
            #expect(store.status.written == 1 && store.status.duplicates == 2)
            try await store.close()
        }
    }

    @Test func recentSamplesAreTheNewestOfEachMetric() async throws {
        try await withTemporaryFolder { folder in
            let store = try manualStore(folder + "/run.sqlite")
            let uplinks = (0..<400).map { sample(.uplink, $0 * 1000, Double($0)) }
            let lone = sample(.rtt, 100, 0.02)
            store.append(samples: uplinks.shuffled() + [lone], device: "a", boot: 1)
            try await store.flush()
            let read = try await store.recentSamples(device: "a", boot: 1, since: .zero, limit: 150)
            #expect(read == [lone] + uplinks.suffix(150))
            let since = Instant(nanoseconds: 390_500_000_000)
            let late = try await store.recentSamples(device: "a", boot: 1, since: since)
            #expect(late == Array(uplinks.suffix(9)))
            try await store.close()
        }
    }

    @Test func restartRebuildsTheWindowsExactly() async throws {
        for seed in UInt64(0)..<12 {
            try await withTemporaryFolder { folder in
                var random = SeededGenerator(seed: seed)
                var live = ConditionsEstimator()
                var now: Int64 = 0
                for restart in 0..<3 {
                    let store = try manualStore(folder + "/run.sqlite")
                    if restart > 0 {
                        let moment = Instant(nanoseconds: now * 1_000_000)
                        let rebuilt = try await store.estimator(device: "a", boot: 1, at: moment)
                        #expect(rebuilt.window(at: moment) == live.window(at: moment), "seed \(seed)")
                        let later = moment + .seconds(40)
                        #expect(rebuilt.window(at: later) == live.window(at: later), "seed \(seed)")
                        for metric in Metric.allCases {
                            #expect(rebuilt.reading(of: metric, at: later) == live.reading(of: metric, at: later))
                        }
                        live = rebuilt
                    }
                    for _ in 0..<1500 {
                        now += Int64.random(in: 1...200, using: &random)
                        let metric = Metric.allCases[Int.random(in: 0..<8, using: &random)]
                        let late = Int64.random(in: 0...300, using: &random)
                        let sample = sample(metric, max(0, now - late), 0.1 + pow(4 * random.nextUnit(), 3))
                        if live.record(sample) { store.append(samples: [sample], device: "a", boot: 1) }
                        if Int.random(in: 0..<100, using: &random) == 0 { try await store.flush() }
                    }
                    try await store.close()
                }
            }
        }
    }

    @Test func absurdRowsAreRefusedAndCounted() async throws {
        try await withTemporaryFolder { folder in
            let store = try manualStore(folder + "/run.sqlite")
            let absurd = [Double.nan, .infinity, -1].map { sample(.uplink, 1, $0) }
            #expect(store.append(samples: absurd + [sample(.uplink, 2, 8)], device: "a", boot: 1))
            var wild = frame(1)
            wild.captured = Instant(nanoseconds: .max)
            store.append(frames: [wild], device: "a", boot: 1)
            store.append(events: [EventRecord(sequence: 0, time: wild.captured, body: "{}")], device: "a", boot: 1)
            var odd = decision("a", 1)
            odd.time = Instant(nanoseconds: .min)
            store.append(decision: odd)
            try await store.flush()
            #expect(store.status.refused == 6 && store.status.written == 1)
            try await store.close()
        }
    }

    @Test func memoryIsBoundedAndDropsAreCounted() async throws {
        try await withTemporaryFolder { folder in
            let store = try manualStore(folder + "/run.sqlite", limit: 10)
            let batch = (0..<6).map { sample(.rtt, $0, 0.1) }
            #expect(store.append(samples: batch, device: "a", boot: 1))
            #expect(!store.append(samples: batch, device: "b", boot: 1))
            #expect(store.append(frames: [frame(1)], device: "a", boot: 1))
            #expect(store.status.pending == 7 && store.status.dropped == 6)
            try await store.flush()
            #expect(store.status.pending == 0 && store.status.written == 7)
            try await store.close()
            #expect(!store.append(decision: decision("a", 1)))
            #expect(store.status.dropped == 7)
        }
    }

    @Test func queueIsWrittenWithoutBeingTold() async throws {
        try await withTemporaryFolder { folder in
            let store = try TelemetryStore.open(path: folder + "/run.sqlite")
            store.append(decision: decision("a", 1))
            while store.status.written == 0 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(try await store.decisions(device: "a").count == 1, "read while the store is open for writing")
            try await store.close()
        }
    }

    @Test func whatIsTooOldIsRemovedAndItsSpaceGivenBack() async throws {
        try await withTemporaryFolder { folder in
            let (path, day) = (folder + "/run.sqlite", Int64(86_400))
            let world = StoreWorld()
            var options = world.options()
            options.retention.rows = .seconds(2 * day)
            let store = try TelemetryStore.open(path: path, options: options)
            let old = (0..<30_000).map { sample(.uplink, $0, 1) }
            store.append(samples: old, device: "a", boot: 1)
            store.append(frames: (0..<5).map(frame), device: "a", boot: 1)
            store.append(decision: decision("a", 5))
            store.append(events: [EventRecord(sequence: 0, time: .zero, body: "{}")], device: "a", boot: 1)
            try await store.flush()
            world.pass(.seconds(day))
            let young = sample(.uplink, day * 1000, 2)
            store.append(samples: [young], device: "a", boot: 1)
            store.append(decision: decision("a", day * 1000))
            try await store.flush()
            #expect(try await store.upkeep().removed == 0)
            try await store.close()
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0

            options.retention.rows = .seconds(3600)
            let later = try TelemetryStore.open(path: path, options: options)
            #expect(try await later.upkeep().removed == 30_000 + 5 + 1 + 1)
            #expect(try await later.recentSamples(device: "a", boot: 1, since: .zero) == [young])
            #expect(try await later.decisions(device: "a") == [decision("a", day * 1000)])
            #expect(try await later.frames(device: "a", boot: 1).isEmpty)
            #expect(try await later.integrityCheck().isEmpty)
            try await later.close()
            let smaller = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            #expect(smaller < size / 4)
        }
    }

    /// As a simulation leaves them at its end: one call each, written in several transactions.
    @Test func aWholeRunIsAppendedInOneGo() async throws {
        try await withTemporaryFolder { folder in
            let world = StoreWorld()
            let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: world.options())
            let frames = (0..<100_000).map(frame)
            let decisions = (0..<100_000).map { number in
                var decision = decision(number < 60_000 ? "a" : "ü", Int64(number), boot: number % 60_000 / 30_000)
                decision.reason = number == 7 ? "" : "conditions \(number)\t✓"
                return decision
            }
            #expect(store.append(frames: frames, device: "a", boot: 1))
            #expect(store.append(decisions: decisions))
            try await store.flush()
            #expect(store.status.written == 200_000 && store.status.pending == 0 && store.status.duplicates == 0)
            #expect(try await store.frames(device: "a", boot: 1) == frames)
            for device in ["a", "ü"] {
                #expect(try await store.decisions(device: device) == decisions.filter { $0.device == device })
            }
            try await store.close()
        }
    }

    /// A long `append` that is cut off between two of its transactions leaves a beginning of it.
    @Test func longAppendsAreWrittenInPieces() async throws {
        try await withTemporaryFolder { folder in
            let world = StoreWorld()
            var options = world.options()
            options.batchLimit = 10
            let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: options)
            var expected: [Sample] = []
            for count in [3, 35, 9, 10, 11, 1] {
                let samples = (0..<count).map { sample(.rtt, Int64(expected.count + $0), Double($0)) }
                store.append(samples: samples, device: "a", boot: 1)
                expected += samples
            }
            try await store.flush()
            #expect(try await store.recentSamples(device: "a", boot: 1, since: .zero, limit: 100) == expected)
            #expect(store.status.written == expected.count && store.status.pending == 0)
            try await store.close()
        }
    }

    @Test func memoryIsBoundedByBytesToo() async throws {
        try await withTemporaryFolder { folder in
            let world = StoreWorld()
            var options = world.options()
            options.pendingBytes = 100_000
            let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: options)
            var long = decision("a", 1)
            long.body = String(repeating: "x", count: 40_000)
            for round in 0..<3 {
                #expect(store.append(decision: long) && store.append(decision: long))
                #expect(!store.append(decision: long))
                #expect(store.status.pending == 2 && store.status.dropped == round + 1)
                try await store.flush()
                #expect(store.status.pending == 0)
            }
            try await store.close()
        }
    }
}
