import Foundation
import Model
import TelemetryStore

/// Appends samples as fast as the store takes them, until it is killed, and notes in a ledger beside the store how many
/// were accepted and when. The store's clocks run 400 times as fast as the machine's, so that roll-ups happen too.
struct FullRateWriter {
    static let device = "killed"
    static let batch = 100
    /// More than a write takes, so that the writer never waits for this one; little enough to tell a disk that lags.
    private static let mostPending = 16_384
    private static let pace: Int64 = 400

    let folder: String
    let boot: Int

    func run() async throws {
        let start = (machine: machineClock(), wall: systemWallClock())
        let elapsed = { @Sendable in (machineClock() - start.machine) * Self.pace }
        var options = StoreOptions()
        options.setsDamagedAside = true
        options.upkeepInterval = .milliseconds(100)
        options.steadyClock = elapsed
        options.wallClock = { start.wall + elapsed() }
        let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: options)
        let ledger = open(folder + "/ledger", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        var (count, last) = (0, elapsed())
        while true {
            while store.status.pending > Self.mostPending { usleep(200) }
            let now = max(elapsed(), last + Int64(Self.batch))
            let samples = (0..<Self.batch).map { index in
                let time = last + (now - last) * Int64(index + 1) / Int64(Self.batch)
                return Sample(metric: .uplink, time: Instant(nanoseconds: time), value: Double(count + index))
            }
            last = now
            guard store.append(samples: samples, device: Self.device, boot: boot) else { continue }
            count += Self.batch
            var entry = LedgerEntry(accepted: Int64(count), time: machineClock())
            guard write(ledger, &entry, MemoryLayout<LedgerEntry>.size) == MemoryLayout<LedgerEntry>.size else {
                throw Usage(problem: "the ledger cannot be written")
            }
        }
    }
}

/// Samples accepted so far, and when, by the machine's clock.
struct LedgerEntry {
    var accepted: Int64
    var time: Int64

    static func read(_ path: String) throws -> [LedgerEntry] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return data.withUnsafeBytes { bytes in
            (0..<bytes.count / MemoryLayout<LedgerEntry>.size).map {
                bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<LedgerEntry>.size, as: LedgerEntry.self)
            }
        }
    }
}
