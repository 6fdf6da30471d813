import Controller
import Foundation
import Model
import Sim
import TelemetryStore

/// What the agent left of a run: its frames, and what it counted at the source.
struct DemoRecords: Sendable {
    struct Summary: Decodable, Sendable {
        var frames, answered, lost, duplicated, late, fallback: Int
    }

    /// In the order of their numbers.
    var frames: [FrameRecord]
    /// When the first frame was captured.
    var origin: Instant
    var summary: Summary

    /// - Parameter summary: the agent's JSON.
    init(frames: [FrameRecord], origin: Instant, summary: String) throws {
        self.frames = frames.sorted { $0.frame < $1.frame }
        self.origin = origin
        self.summary = try StableJSON.decode(Summary.self, from: Data(summary.utf8), source: "the agent's report")
    }

    func seconds(_ record: FrameRecord) -> Double { (record.captured - origin).inSeconds }
}

/// One policy's run.
struct DemoOutcome: Sendable {
    var policy: String
    /// `nil`: the plan moved.
    var planID: String?
    var records: DemoRecords
    var decisions: [Decision] = []
    var samples: [Sample] = []
    /// What a replay of the adaptive run's conditions expected of this plan.
    var replayed: LatencySummary?

    /// With what the controller kept.
    func reading(store path: String) async throws -> DemoOutcome {
        let store = try TelemetryStore.open(path: path)
        var outcome = self
        let boots = try await store.boots().filter { $0.device == DemoRun.device }
        outcome.decisions = try await store.decisions(device: DemoRun.device).compactMap {
            try? JSONDecoder().decode(Decision.self, from: Data($0.body.utf8))
        }
        if let boot = boots.last?.boot {
            outcome.samples = try await store.recentSamples(
                device: DemoRun.device, boot: boot, since: records.origin, limit: 1_000_000)
        }
        try await store.close()
        return outcome
    }

    var summary: LatencySummary? { LatencySummary(records.frames.map(\.latency)) }

    /// Share of labelled frames answered right.
    var accuracy: Double? {
        let labelled = records.frames.compactMap(\.isCorrect)
        return labelled.isEmpty ? nil : Double(labelled.count { $0 }) / Double(labelled.count)
    }

    /// Changes of plan from one frame to the next, but for answers that the edge gave alone.
    var moves: [DemoMove] {
        let planned = records.frames.filter { $0.answer == .planned }
        return planned.indices.dropFirst().compactMap { index in
            planned[index].epoch == planned[index - 1].epoch ? nil : DemoMove(planned, first: index, self)
        }
    }
}

/// One change of plan, as the frames saw it.
struct DemoMove: Sendable {
    /// Since the first frame.
    var time: Nanoseconds
    var from: String
    var to: String
    var reason: String
    /// What the first frame under the new plan took more than the slower of the frames beside it; negative: less.
    var switchCost: Nanoseconds

    init(_ frames: [FrameRecord], first: Int, _ outcome: DemoOutcome) {
        let frame = frames[first]
        time = frame.captured - outcome.records.origin
        from = frames[first - 1].planID
        to = frame.planID
        reason = outcome.decisions.last { $0.kind == .moved && $0.epoch == frame.epoch }?.reason ?? ""
        let beside = [frames[first - 1].latency, first + 1 < frames.count ? frames[first + 1].latency : .zero]
        switchCost = frame.latency - (beside.max() ?? .zero)
    }
}

/// All runs of a demo.
struct DemoResult: Sendable {
    var planSet: PlanSet
    var adaptive: DemoOutcome
    /// Edge-only, cloud-only and a split, as far as the plan set has them.
    var fixed: [DemoOutcome]
    /// The adaptive run beside its simulations.
    var comparison: RunComparison

    /// In the order of reports, as the JSON names them. The best static policy is the fixed plan that served best, live.
    var policies: [(name: String, outcome: DemoOutcome)] {
        let named: [(String, DemoOutcome?)] = [
            ("adaptive", adaptive), ("edge_only", fixed.first { isPlan($0, \.isEdgeOnly) }),
            ("cloud_only", fixed.first { isPlan($0, \.isCloudOnly) }), ("best_static", bestStatic),
        ]
        return named.compactMap { name, outcome in outcome.map { (name, $0) } }
    }

    /// Fewest frames lost, then least mean, then least p95.
    private var bestStatic: DemoOutcome? {
        fixed.min { a, b in
            (a.records.summary.lost, a.summary?.mean ?? .zero, a.summary?.p95 ?? .zero)
                < (b.records.summary.lost, b.summary?.mean ?? .zero, b.summary?.p95 ?? .zero)
        }
    }

    private func isPlan(_ outcome: DemoOutcome, _ property: (Plan) -> Bool) -> Bool {
        outcome.planID.flatMap { planSet.plan(id: $0) }.map(property) ?? false
    }
}
