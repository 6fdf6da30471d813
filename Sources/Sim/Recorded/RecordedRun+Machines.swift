import Model

/// Edge and cloud, as the frames met them.
extension RecordedRun {
    /// Of frames answered as planned: what else became of a frame mixes work of several kinds.
    var edgeReadings: SiteReadings {
        site(work: \.edgeWork) { frame in (frame.captured + frame.stages.edgeQueue, frame.stages.edge) }
    }

    var cloudReadings: SiteReadings {
        site(work: \.cloudWork) { frame in
            (frame.receipted + frame.stages.workerQueue, frame.stages.workerCompute)
        }
    }

    private func site(
        work: (Plan) -> Nanoseconds, _ span: (FrameRecord) -> (begun: Instant, elapsed: Nanoseconds)
    ) -> SiteReadings {
        let plans = planSet.plans
        let positions = Dictionary(plans.enumerated().map { ($1.id, $0) }) { first, _ in first }
        var readings: [Reading<SiteReadings.Slowdown>] = []
        for frame in frames where frame.answer == .planned {
            guard let plan = positions[frame.planID], case let profiled = work(plans[plan]),
                profiled >= SiteReadings.shortestWork, case let (begun, elapsed) = span(frame), elapsed > .zero
            else { continue }
            let slowdown = Double(elapsed.count) / Double(profiled.count)
            readings.append(Reading(time: begun, value: .init(plan: plan, slowdown: slowdown)))
        }
        readings.sort { $0.time < $1.time }
        return SiteReadings(readings, work: plans.map(work))
    }

    /// How long the work of others kept frames waiting in the cloud: those that no frame of this device was before.
    func foreignQueue(from origin: Instant) -> Schedule<Nanoseconds>? {
        var readings: [Reading<Double>] = []
        var lastAnswer = Instant(nanoseconds: .min)
        for frame in frames {
            if frame.answer == .planned, frame.sentBytes > 0, frame.captured >= lastAnswer {
                readings.append(Reading(time: frame.receipted, value: Double(frame.stages.workerQueue.count)))
            }
            lastAnswer = max(lastAnswer, frame.captured + frame.latency)
        }
        let all = Readings(readings)
        return Schedule(
            held: readings.map { reading in
                let near = all.near(reading.time, within: SiteReadings.reach).map(\.value)
                return Reading(
                    time: .zero + (reading.time - origin), value: Nanoseconds(Int64(near.upperMedian ?? 0)))
            })
    }
}

extension FrameRecord {
    /// When the wire was asked to take it.
    var handed: Instant { captured + stages.edgeQueue + stages.edge + stages.encode + stages.send }

    /// When the receipt was back, from where on the stages count the worker's own times.
    var receipted: Instant { handed + stages.network }
}
