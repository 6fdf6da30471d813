import Controller
import Foundation
import Model
import Optimizer
import Scenarios
import Sim
import TelemetryStore

/// Simulated runs as a telemetry store, so that whatever reads a live run reads them. A run's seed is the boot of its devices, and
/// simulated time begins with 1970; under several policies a device bears the policy's name before its own.
struct RunDatabase {
    private let path: String

    init(path: String) { self.path = path }

    /// - Throws: `RunDatabaseExists`, `StoreError`, `StoreUnavailable`, and what running throws.
    func write(_ scenario: Scenario, seed: UInt64, progress: (Double) -> Void) async throws {
        guard !FileManager.default.fileExists(atPath: path) else { throw RunDatabaseExists(path: path) }
        var options = StoreOptions()
        options.upkeepInterval = nil
        options.wallClock = { 0 }
        let store = try TelemetryStore.open(path: path, options: options)
        let names = scenario.world.deviceNames
        for (index, policy) in scenario.policies.enumerated() {
            let prefix = scenario.policies.count > 1 ? "\(policy)/" : ""
            var recording = try ScenarioRecording(scenario, policy, seed: seed)
            var writer = Writer(store: store, names: names.map { prefix + $0 }, boot: Int(seed & UInt64(Int.max)))
            while let stretch = recording.next() {
                for (position, records) in stretch.enumerated() { try await writer.write(records, of: position) }
                try await store.flush()
            }
            try await writer.write(recording.result)
            progress(Double(index + 1) / Double(scenario.policies.count))
        }
        try await store.close()
    }
}

private struct Writer {
    let store: TelemetryStore
    let names: [String]
    let boot: Int
    /// Events written of each device.
    private var written: [Int]

    init(store: TelemetryStore, names: [String], boot: Int) {
        self.store = store
        self.names = names
        self.boot = boot
        written = names.map { _ in 0 }
    }

    mutating func write(_ records: ScenarioRecording.DeviceRecords, of position: Int) async throws {
        let device = names[position]
        for start in records.starts {
            try await store.write(
                ControllerStart(
                    device: device, boot: boot, sequence: start.eventsBefore + 1, time: start.time,
                    planSet: try StableJSON.line(start.controller.planSet),
                    settings: try StableJSON.line(start.controller.settings),
                    herdPart: start.controller.herdPart), deviceTime: .zero)
        }
        var events: [EventRecord] = []
        for event in records.events {
            written[position] += 1
            events.append(
                EventRecord(sequence: written[position], time: event.time, body: try StableJSON.line(event.event)))
        }
        store.append(samples: records.samples, device: device, boot: boot)
        store.append(frames: records.frames, device: device, boot: boot)
        store.append(events: events, device: device, boot: boot)
    }

    func write(_ result: RunResult) async throws {
        for (device, result) in zip(names, result.devices) {
            for decision in result.decisions {
                store.append(
                    decision: DecisionRecord(
                        device: device, boot: boot, time: decision.time, epoch: decision.epoch,
                        plan: decision.to ?? decision.from ?? "", reason: decision.reason,
                        body: try StableJSON.line(decision)
                    ))
            }
            try await store.flush()
        }
    }
}

/// A store of an earlier run is not mixed with another.
private struct RunDatabaseExists: InputError {
    var path: String
    var description: String { "\(path): is there already; name another file for --store, or remove it" }
}
