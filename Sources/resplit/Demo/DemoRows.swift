import DataPlane
import Foundation
import Model
import Sim
import TelemetryStore

/// The demo's running rows: one a second, and a mark at each move with its reason.
struct DemoRows: Sendable {
    let store: String
    let records: String
    let trace: Trace
    let say: @Sendable (String) -> Void

    func run(_ clock: TraceClock) async throws {
        let store = try TelemetryStore.open(path: store)
        var decisionsShown = 0
        var second: Int64 = 1
        while !Task.isCancelled {
            try await Task.sleep(for: .milliseconds(100))
            let decisions = try await store.decisions(device: DemoRun.device)
            for decision in decisions[min(decisionsShown, decisions.count)...]
            where decision.body.contains(#""kind":"moved""#) {
                say("          → \(decision.plan): \(decision.reason)")
            }
            decisionsShown = decisions.count
            guard clock.now >= .seconds(second) else { continue }
            say(try await row(second, clock, store))
            second += 1
        }
        try await store.close()
    }

    private func row(_ second: Int64, _ clock: TraceClock, _ store: TelemetryStore) async throws -> String {
        let state = clock.state
        let now = MonotonicClock.now()
        var newest: [Metric: Double] = [:]
        if let boot = try await store.boots().last(where: { $0.device == DemoRun.device })?.boot {
            for sample in try await store.recentSamples(device: DemoRun.device, boot: boot, since: now - .seconds(2)) {
                newest[sample.metric] = sample.value
            }
        }
        let frames = RecordLog.read(records).filter { now - $0.captured - $0.latency < .seconds(1) }
        let latency = frames.isEmpty ? nil : frames.map(\.latency.inMilliseconds).reduce(0, +) / Double(frames.count)
        let plans = frames.last.map { $0.answer == .fallback ? "\($0.planID) → edge alone" : $0.planID }
        return [
            Self.right("\(second) s", 7), Self.right(Format.rate(state.uplink), 12),
            Self.right(newest[.rtt].map { Format.fixed($0 * 1000, 0) + " ms" } ?? "-", 8),
            Self.right(newest[.edgeCPU].map { Format.fixed($0 * 100, 0) + "%" } ?? "-", 5),
            Self.right(latency.map { Format.fixed($0, 0) + " ms" } ?? "-", 9), plans ?? "-",
        ].joined(separator: " ")
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
