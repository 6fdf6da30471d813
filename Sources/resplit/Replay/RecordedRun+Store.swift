import Controller
import FoundationEssentials
import Model
import Optimizer
import Sim
import TelemetryStore

extension RecordedRun {
    /// Events read at a time, so that memory does not grow with the record.
    private static let page = 4096
    /// What a link is made of again.
    private static let metrics: [Metric] = [.uplink, .rtt, .loadedRTT]
    private static let always = Instant(nanoseconds: -1 << 60)...Instant(nanoseconds: 1 << 60)

    /// One boot of a device: plan set and settings are its first controller's, unless others are given.
    ///
    /// - Throws: `RecordedRunError`, `RecordingIncomplete`, `DocumentError`, `StoreError`, `StoreUnavailable`.
    init(
        _ boot: DeviceBoot, in store: TelemetryStore, planSet: PlanSet? = nil, settings: ControllerSettings? = nil
    ) async throws {
        let (device, number) = (boot.device, boot.boot)
        let place = "\(store.path), \(device)"
        guard let start = try await store.controllers(device: device, boot: number).first else {
            throw RecordingIncomplete(
                store: store.path, problem: "\(device): was recorded without the plan set and the settings")
        }
        let samples = try Self.metrics.flatMap {
            try store.samples(of: $0, device: device, boot: number, in: Self.always)
        }
        let decisions = try await store.decisions(device: device).filter { $0.boot == number }.map {
            try StableJSON.decode(Decision.self, from: Data($0.body.utf8), source: "\(place): a decision")
        }
        try self.init(
            planSet: planSet ?? PlanSet.decode(from: Data(start.planSet.utf8), source: "\(place): plan set"),
            settings: settings
                ?? StableJSON.decode(
                    ControllerSettings.self, from: Data(start.settings.utf8), source: "\(place): settings"),
            frames: try await store.frames(device: device, boot: number), samples: samples,
            events: try await Self.moves(of: boot, in: store), decisions: decisions)
    }

    /// The few of all events that tell of moves.
    private static func moves(of boot: DeviceBoot, in store: TelemetryStore) async throws -> [TimedEvent] {
        var moves: [TimedEvent] = []
        var next = 0
        while case let records = try await store.events(
            device: boot.device, boot: boot.boot, in: next..<Int.max, limit: page), let last = records.last
        {
            for record in records {
                let source = "\(store.path), \(boot.device): event \(record.sequence)"
                let event = try StableJSON.decode(Event.self, from: Data(record.body.utf8), source: source)
                switch event {
                case .attached, .prepared, .activated: moves.append(TimedEvent(time: record.time, event: event))
                default: break
                }
            }
            next = last.sequence + 1
        }
        return moves
    }
}
