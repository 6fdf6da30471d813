import Controller
import FoundationEssentials
import Model
import Optimizer
import TelemetryStore

/// The controllers of a store, each run anew over its recorded events.
struct StoreReplay {
    /// One controller, from the start of its process, or of its device, to the end of either.
    struct Run {
        var device: String
        var boot: Int
        var events: Int
        var replay: ControllerReplay
    }

    /// Events read at a time, so that memory does not grow with the record.
    private static let page = 4096

    private let store: TelemetryStore
    /// In place of what was recorded; `nil`: as recorded.
    var planSet: PlanSet?
    var settings: ControllerSettings?

    init(_ store: TelemetryStore) { self.store = store }

    /// In the order of boots, and within each of its controllers. Those without events are left out.
    ///
    /// - Parameter device: the only one to replay; `nil`: all.
    /// - Throws: `RecordingIncomplete`, `DocumentError`, `StoreError`, `StoreUnavailable`.
    func runs(device: String?) async throws -> [Run] {
        var runs: [Run] = []
        for boot in try await store.boots() where device == nil || boot.device == device {
            let starts = try await starts(of: boot)
            var decisions = try await decisions(of: boot)[...]
            for (index, start) in starts.enumerated() {
                let next = index + 1 < starts.count ? starts[index + 1] : nil
                let own = decisions.prefix { $0.time != next?.time }
                decisions = decisions.dropFirst(own.count)
                runs.append(try await run(start, before: next?.sequence ?? .max, Array(own)))
            }
        }
        guard !runs.isEmpty else { throw RecordingIncomplete(store: store.path, problem: "holds no events") }
        return runs
    }

    /// Those that got events. A controller that another took over from before its first event left a start alone.
    private func starts(of boot: DeviceBoot) async throws -> [ControllerStart] {
        let all = try await store.controllers(device: boot.device, boot: boot.boot)
        let last = try await store.lastEventSequence(device: boot.device, boot: boot.boot)
        if let first = try await store.events(device: boot.device, boot: boot.boot, in: 0..<Int.max, limit: 1).first,
            first.sequence != all.first?.sequence
        {
            let problem =
                all.isEmpty
                ? "\(boot.device): was recorded without the plan set and the settings"
                : "\(boot.device): its first events are no longer there"
            throw RecordingIncomplete(store: store.path, problem: problem)
        }
        return all.indices.filter { index in
            all[index].sequence <= last && (index + 1 == all.count || all[index + 1].sequence > all[index].sequence)
        }.map { all[$0] }
    }

    private func decisions(of boot: DeviceBoot) async throws -> [Decision] {
        try await store.decisions(device: boot.device).filter { $0.boot == boot.boot }.enumerated().map {
            try StableJSON.decode(
                Decision.self, from: Data($1.body.utf8), source: "\(store.path), decision \($0) of \(boot.device)")
        }
    }

    private func run(_ start: ControllerStart, before end: Int, _ recorded: [Decision]) async throws -> Run {
        let place = "\(store.path), \(start.device)"
        var replay = ControllerReplay(
            planSet: try planSet ?? PlanSet.decode(from: Data(start.planSet.utf8), source: "\(place): plan set"),
            settings: try settings
                ?? StableJSON.decode(
                    ControllerSettings.self, from: Data(start.settings.utf8), source: "\(place): settings"),
            herdPart: start.herdPart, recorded: recorded)
        var next = start.sequence
        while case let page = try await store.events(
            device: start.device, boot: start.boot, in: next..<end, limit: Self.page), !page.isEmpty
        {
            for record in page {
                guard record.sequence == next else {
                    throw RecordingIncomplete(
                        store: store.path, problem: "\(start.device): its event \(next) is missing")
                }
                let source = "\(place): event \(next)"
                replay.step(
                    try StableJSON.decode(Event.self, from: Data(record.body.utf8), source: source), at: record.time)
                next += 1
            }
        }
        replay.finish()
        return Run(device: start.device, boot: start.boot, events: next - start.sequence, replay: replay)
    }
}

/// A record that can't be replayed.
struct RecordingIncomplete: InputError {
    var store: String
    var problem: String
    var description: String {
        "\(store): \(problem); only a run that was recorded whole, with --record-events, replays"
    }
}
