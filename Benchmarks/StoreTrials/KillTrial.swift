import Foundation
import Model
import Synchronization
import TelemetryStore

/// A writer at full rate is killed with SIGKILL at random moments. After each kill the file must be sound, hold an unbroken
/// beginning of what was accepted, and lack nothing that was accepted longer ago than `StoreOptions.lossBound`.
struct KillTrial {
    /// Kills of one file, one after the other; then a new file.
    private static let roundsOfAFile = 5

    let rounds: Int
    let folder: String

    struct Outcome {
        var isSound = false
        var isUnbroken = false
        /// Rows accepted and not found.
        var lost: Int64 = 0
        /// Age of the oldest of them at the kill, in milliseconds.
        var lossAge = 0.0
        var accepted: Int64 = 0
        var seconds = 0.0
    }

    /// - Returns: whether all was well in every round.
    func run() async throws -> Bool {
        var random = SystemRandomNumberGenerator()
        var outcomes: [Outcome] = []
        for round in 0..<rounds {
            if round % Self.roundsOfAFile == 0 {
                for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                    try FileManager.default.removeItem(atPath: folder + "/" + name)
                }
            }
            let killed = try kill(after: Double.random(in: 0.03...0.6, using: &random), boot: round)
            let isLast = round % Self.roundsOfAFile == Self.roundsOfAFile - 1 || round == rounds - 1
            let outcome = try await inspect(killed, boot: round, thoroughly: isLast)
            outcomes.append(outcome)
            if !outcome.isSound || !outcome.isUnbroken { say("round \(round): \(outcome)") }
            if (round + 1) % 50 == 0 { report(outcomes) }
        }
        report(outcomes)
        return outcomes.allSatisfy { $0.isSound && $0.isUnbroken && $0.lossAge <= Self.bound }
    }

    private static let bound = StoreOptions.lossBound.inMilliseconds

    /// - Returns: when, by the machine's clock.
    private func kill(after pause: Double, boot: Int) throws -> Int64 {
        let ledger = folder + "/ledger"
        try? FileManager.default.removeItem(atPath: ledger)
        let writer = Process()
        writer.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        writer.arguments = ["writer", folder, "\(boot)"]
        try writer.run()
        while !FileManager.default.fileExists(atPath: ledger) {
            guard writer.isRunning else { throw Usage(problem: "the writer ended by itself") }
            usleep(1000)
        }
        usleep(UInt32(pause * 1e6))
        let moment = machineClock()
        Foundation.kill(writer.processIdentifier, SIGKILL)
        writer.waitUntilExit()
        return moment
    }

    private func inspect(_ killed: Int64, boot: Int, thoroughly: Bool) async throws -> Outcome {
        let ledger = try LedgerEntry.read(folder + "/ledger")
        var outcome = Outcome()
        outcome.accepted = ledger.last?.accepted ?? 0
        outcome.seconds = ledger.first.map { Double(killed - $0.time) / 1e9 } ?? 0
        let notices = Notices()
        var options = StoreOptions()
        options.setsDamagedAside = true
        options.upkeepInterval = nil
        options.notice = { notices.add($0) }
        let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: options)
        let all = Instant(nanoseconds: -1 << 60)...Instant(nanoseconds: 1 << 60)
        let found = try store.aggregate(of: .uplink, device: FullRateWriter.device, boot: boot, in: all)
        if thoroughly {
            let check = try await store.check(longestGap: .seconds(1 << 30))
            outcome.isSound =
                check.damage.isEmpty && check.wrongRows.isEmpty && check.wrongRollUps.isEmpty && notices.count == 0
        } else {
            outcome.isSound = try await store.integrityCheck().isEmpty && notices.count == 0
        }
        try await store.close()
        let count = Int64(found.count)
        outcome.isUnbroken =
            count % Int64(FullRateWriter.batch) == 0 && (count == 0 || found.minimum == 0)
            && (count == 0 || found.maximum == Double(count - 1))
        outcome.lost = max(0, outcome.accepted - count)
        if let first = ledger.first(where: { $0.accepted > count && $0.time <= killed }) {
            outcome.lossAge = Double(killed - first.time) / 1e6
        }
        return outcome
    }

    private func report(_ outcomes: [Outcome]) {
        let ages = outcomes.map(\.lossAge)
        let rate = Double(outcomes.map(\.accepted).reduce(0, +)) / outcomes.map(\.seconds).reduce(0, +)
        let figures = [0.5, 0.95, 1].map { String(format: "%.0f", ages.quantile($0)) }.joined(separator: ", ")
        say(
            """
            \(outcomes.count) kills: \(outcomes.count { !$0.isSound }) unsound, \
            \(outcomes.count { !$0.isUnbroken }) broken, \(ages.count { $0 > Self.bound }) beyond \(Int(Self.bound)) ms; \
            age of the oldest row lost, median, p95, most: \(figures) ms; \
            rows lost at most \(outcomes.map(\.lost).max() ?? 0); accepted \(Int(rate)) rows a second
            """)
    }
}

/// Counts what a store says.
private final class Notices: Sendable {
    private let said = Mutex(0)

    var count: Int { said.withLock { $0 } }

    func add(_ notice: StoreNotice) {
        say("said: \(notice)")
        said.withLock { $0 += 1 }
    }
}
