import Controller
import Model

extension RecordedRun {
    /// Frames that an agent has on the wire without a receipt, at most, unless it was told otherwise.
    private static let window = 2
    /// The least time after which an agent answers a frame alone.
    private static let leastPatience = Nanoseconds.milliseconds(300)
    /// Fewer bytes measure nothing, more are in the way of frames.
    private static let probeBytes = (least: 4096, most: 65536, span: 0.030)

    /// The world that the run met, with the frames as they came.
    ///
    /// - Parameter known: the link, from the first frame on, where it is known better than telemetry tells, as that of an emulation
    ///   is; `nil`: as recorded.
    public func world(link known: Trace? = nil) -> World {
        let origin = origin
        let first = frames.first.map { $0.captured - origin } ?? .zero
        var link = Link(trace: known ?? self.link(from: origin))
        if let known, first > .zero {
            link.offset = Nanoseconds(known.duration.count - first.count % known.duration.count)
        }
        link.window = Self.window
        link.holdsAnswers = true
        link.fallbackAfter = planSet.edgeOnly == nil ? nil : patience
        var group = DeviceGroup(
            name: "recorded", planSet: planSet, arrivals: .recorded(frames.map { $0.captured - origin }), link: link)
        let (edge, cloud) = (edgeReadings, cloudReadings)
        group.truth = truth(edge: edge.ratios, cloud: cloud.ratios)
        group.firstPlan = firstPlan
        group.edge = Edge(slowdown: edge.course(from: origin) ?? .constant(1))
        group.moves = moveCosts
        let last = frames.last.map { $0.captured - origin } ?? .zero
        var world = World(duration: last + Nanoseconds(1), devices: [group])
        world.cloud.workers = 1
        world.cloud.slowdown = cloud.course(from: origin) ?? .constant(1)
        world.cloud.foreignQueue = foreignQueue(from: origin) ?? .constant(.zero)
        world.telemetry = telemetry(link.trace)
        return world
    }

    private func truth(edge: [Int: Double], cloud: [Int: Double]) -> [String: SiteRatios] {
        var truth: [String: SiteRatios] = [:]
        for (position, plan) in planSet.plans.enumerated() where edge[position] != nil || cloud[position] != nil {
            truth[plan.id] = SiteRatios(edge: edge[position] ?? 1, cloud: cloud[position] ?? 1)
        }
        return truth
    }

    /// What the controller found running; where it did not say, what the first frame ran.
    private var firstPlan: String? {
        for event in events {
            guard case .attached(let plan, _, _) = event.event else { continue }
            return plan.flatMap { planSet.plan(id: $0)?.id } ?? planSet.edgeOnly?.id
        }
        return frames.first?.planID
    }

    /// No less than the longest that a frame was waited for in the field, where what is waited for depends on what was to be expected.
    private var patience: Nanoseconds {
        frames.filter { $0.answer == .planned && $0.sentBytes > 0 }.map(\.latency).reduce(Self.leastPatience, max)
    }

    /// As the agent of the field has it, which sends what takes the link some 30 ms.
    private func telemetry(_ link: Trace) -> TelemetryModel {
        var telemetry = TelemetryModel()
        telemetry.lag = .milliseconds(20)
        telemetry.pingPeriod = .milliseconds(100)
        telemetry.probeAfter = .milliseconds(500)
        let rates = link.schedule.pieces.map(\.value.uplink.bitsPerSecond).filter { $0 > 0 }
        let bytes = (rates.upperMedian ?? 0) * Self.probeBytes.span / 8
        telemetry.probeBytes = Int(min(max(bytes, Double(Self.probeBytes.least)), Double(Self.probeBytes.most)))
        return telemetry
    }

    /// Medians over the moves that were made: from the wish to both sides' being ready, and from there to the first frame. A world's
    /// own where none was.
    private var moveCosts: MoveCosts {
        var costs = MoveCosts()
        let ready = firstTimes { if case .prepared(let epoch) = $0 { epoch } else { nil } }
        let active = firstTimes { if case .activated(let epoch) = $0 { epoch } else { nil } }
        let begun = Dictionary(
            decisions.filter { $0.kind == .moving }.map { ($0.epoch, $0.time) }
        ) { first, _ in first }
        let moves = begun.keys.sorted().compactMap { epoch -> (build: Double, activation: Double)? in
            guard let start = begun[epoch], let prepared = ready[epoch], let done = active[epoch],
                start <= prepared, prepared <= done
            else { return nil }
            return (Double((prepared - start).count), Double((done - prepared).count))
        }
        guard let build = moves.map(\.build).upperMedian, let activation = moves.map(\.activation).upperMedian else {
            return costs
        }
        // What was kept ready shows in the time that it took.
        (costs.build, costs.activation, costs.kept) = (Nanoseconds(Int64(build)), Nanoseconds(Int64(activation)), 0)
        return costs
    }

    private func firstTimes(_ epoch: (Event) -> Epoch?) -> [Epoch: Instant] {
        Dictionary(events.compactMap { event in epoch(event.event).map { ($0, event.time) } }) { first, _ in first }
    }
}
