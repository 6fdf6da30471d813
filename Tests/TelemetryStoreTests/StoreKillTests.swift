import Foundation
import Model
import TelemetryStore
import Testing

/// A writer killed with SIGKILL amid its writing, in a process of its own.
@Suite(.serialized) struct StoreKillTests {
    @Test func killedWriterLeavesASoundFileWithAllThatWasFlushed() async throws {
        for seed in UInt64(0)..<4 {
            try await withTemporaryFolder { folder in
                await #expect(processExitsWith: .signal(SIGKILL)) {
                    [folder = folder as String, seed = seed as UInt64] in
                    try await writeUntilKilled(folder, seed: seed)
                }
                let store = try manualStore(folder + "/run.sqlite")
                #expect(try await store.integrityCheck().isEmpty, "seed \(seed)")
                let flushed = try Data(contentsOf: URL(fileURLWithPath: folder + "/flushed")).count
                let samples = try await store.recentSamples(device: "a", boot: 1, since: .zero, limit: .max)
                #expect(samples.count >= flushed * 1000, "seed \(seed)")
                #expect(samples.count % 100 == 0, "seed \(seed): half a batch was written")
                let times = samples.map { Int($0.time.nanoseconds) }
                #expect(times == Array(0..<samples.count), "seed \(seed): the samples written have gaps")
                try await store.close()
            }
        }
    }
}

/// Appends batches of 100 samples as fast as they are taken; after each flush of 1,000 more the file `flushed` grows by
/// a byte. After the first flush another thread kills the process at a moment that the seed chooses.
private func writeUntilKilled(_ folder: String, seed: UInt64) async throws {
    var options = StoreOptions()
    options.flushInterval = .milliseconds(5)
    let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: options)
    let flushed = try #require(fopen(folder + "/flushed", "w"))
    setbuf(flushed, nil)
    var next = 0
    while true {
        for _ in 0..<10 {
            let batch = (next..<next + 100).map { index in
                Sample(metric: .uplink, time: Instant(nanoseconds: Int64(index)), value: Double(index))
            }
            if store.append(samples: batch, device: "a", boot: 1) { next += 100 }
        }
        try await store.flush()
        fputc(1, flushed)
        if next == 1000 { killSoon(seed: seed) }
    }
}

private func killSoon(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let microseconds = UInt32.random(in: 1000...300_000, using: &random)
    Thread.detachNewThread {
        usleep(microseconds)
        kill(getpid(), SIGKILL)
    }
}
