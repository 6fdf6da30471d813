package import Model
import Telemetry

/// A frame's way from its capture to its record.
extension AgentCore {
    mutating func capture(at now: Instant) {
        let frame = ledger.captured
        ledger.capture(frame)
        let plan = epochs.activePlan
        flights[frame] = Flight(frame: frame, epoch: epochs.enter(), plan: plan, captured: now)
        compute(frame, urgent: false)
    }

    private mutating func compute(_ frame: Int, urgent: Bool) {
        edgeJobs += 1
        emit(.compute(frame: frame, urgent: urgent))
    }

    /// What to do for a frame whose turn on the edge's processor has come: decided now, by the state of the link now.
    package mutating func begin(_ frame: Int, at now: Instant) -> Work {
        guard let flight = flights[frame] else { return .nothing }
        switch flight.phase {
        case .alone: return .whole(0)
        case .edge where flight.plan.isEdgeOnly: return .whole(flight.epoch)
        case .edge where settings.fallback && !isServed(flight.epoch, at: now):
            flights[frame]?.phase = .alone
            return .whole(0)
        case .edge: return .head(flight.epoch, flight.plan)
        case .queued, .sent: return .nothing
        }
    }

    /// Whether the worker is likely to answer a frame of this epoch that comes now.
    private func isServed(_ epoch: Epoch, at now: Instant) -> Bool {
        link.isUsable && epochs[epoch]?.isWorkerReady == true && !isOverdue(at: now)
    }

    mutating func encoded(_ frame: Int, _ times: HeadTimes, _ bytes: Int, at now: Instant) {
        edgeJobs -= 1
        guard var flight = flights[frame], flight.phase == .edge else { return }
        noteEdge(flight.plan, times.headDone - times.begun, at: times.headDone)
        flight.begun = times.begun
        flight.headDone = times.headDone
        flight.encoded = times.encoded
        flight.sentBytes = bytes
        flight.phase = .queued
        flights[frame] = flight
        if settings.fallback && !isServed(flight.epoch, at: now) {
            giveUp([frame], at: now)
        } else {
            queue.append(frame)
            let deadline = now + allowance(for: flight.plan)
            if settings.fallback { flights[frame]?.deadline = deadline }
            pump(at: now)
        }
    }

    mutating func headFailed(_ frame: Int, _ reason: String, at now: Instant) {
        edgeJobs -= 1
        emit(.log("the head failed on frame \(frame): \(reason)"))
        giveUp([frame], at: now)
    }

    /// Hands waiting frames to the wire, as many as the window takes.
    mutating func pump(at now: Instant) {
        while link.framesOnWire < settings.window, let frame = queue.first, let flight = flights[frame],
            link.connection != nil, epochs[flight.epoch]?.isWorkerReady == true, !settings.fallback || link.isUsable
        {
            queue.removeFirst()
            flights[frame]?.phase = .sent
            flights[frame]?.handed = now
            link.onWire.append(.init(kind: .frame(frame), bytes: flight.sentBytes, sent: now))
            emit(.send(frame: frame))
        }
    }

    /// The edge is to answer these frames alone, before all others, the oldest first.
    mutating func giveUp(_ frames: [Int], at now: Instant) {
        let given = Set(frames)
        queue.removeAll(where: given.contains)
        for frame in frames.sorted() where flights[frame] != nil && flights[frame]?.phase != .alone {
            flights[frame]?.phase = .alone
            flights[frame]?.gaveUp = now
            flights[frame]?.deadline = nil
            compute(frame, urgent: true)
        }
    }

    // MARK: Answers

    mutating func answeredAlone(_ frame: Int, _ begun: Instant, _ verdict: Verdict, at now: Instant) {
        edgeJobs -= 1
        let own = flights[frame].flatMap { $0.phase == .alone ? nil : $0.plan }
        noteEdge(own ?? epochs[0]?.plan, now - begun, at: now)
        guard let flight = flights[frame] else { return ledger.dropLate() }
        let stages = flight.stagesAlone(begun: begun, answered: now)
        finish(flight, flight.phase == .alone ? .fallback : .planned, stages, verdict, at: now)
    }

    mutating func answeredByCloud(
        _ frame: Int, queue: Nanoseconds, compute: Nanoseconds, _ verdict: Verdict, at now: Instant
    ) {
        guard let flight = flights[frame], flight.handed != nil else { return ledger.dropLate() }
        let stages = flight.stages(answered: now, queue: queue, compute: compute)
        noteDownlink(flight.plan, stages.returning, at: now)
        finish(flight, .planned, stages, verdict, at: now)
    }

    private mutating func finish(
        _ flight: Flight, _ answer: FrameRecord.Answer, _ stages: StageTimes, _ verdict: Verdict, at now: Instant
    ) {
        flights[flight.frame] = nil
        if flight.phase == .queued { queue.removeAll { $0 == flight.frame } }
        ledger.answer(flight.frame, by: answer)
        emit(.forget(frame: flight.frame))
        emit(
            .record(
                FrameRecord(
                    frame: flight.frame, epoch: flight.epoch, planID: flight.plan.id, answer: answer,
                    captured: flight.captured, latency: now - flight.captured, stages: stages,
                    sentBytes: flight.handed == nil ? 0 : flight.sentBytes, topClass: verdict.topClass,
                    isCorrect: verdict.isCorrect)))
        let (isDrained, isRetired) = epochs.leave(flight.epoch)
        if isDrained { tell(.drained(flight.epoch)) }
        if isRetired { emit(.retire(flight.epoch)) }
    }

    // MARK: Estimates

    /// How long the cloud may take for a frame that starts to wait for the wire now.
    private func allowance(for plan: Plan) -> Nanoseconds {
        settings.patience.allowed(
            expected: uplink.cautiousRate.flatMap { rate in
                let waiting = queue.reduce(link.bytesOnWire) { $0 + (flights[$1]?.sentBytes ?? 0) }
                let transfer = Nanoseconds(seconds: rate.seconds(for: waiting))
                let work = plan.cloudWork.scaled(by: cloudSlowdown)
                let spans = [transfer, uplink.baseRTT ?? .zero, cloudQueue, work]
                // In floating point, where nothing overflows.
                return Nanoseconds(seconds: spans.reduce(0) { $0 + $1.inSeconds })
            }, alone: timeAlone)
    }

    /// What the edge alone takes for a frame, as far as is known.
    var timeAlone: Nanoseconds { epochs[0]?.plan.edgeWork.scaled(by: edgeSlowdown) ?? .zero }

    /// Work shorter than this says more of the clock than of the processor.
    static let shortestWork = Nanoseconds.microseconds(50)

    mutating func noteEdge(
        _ plan: Plan?, _ elapsed: Nanoseconds, at time: Instant, origin: Sample.Origin = .traffic
    ) {
        guard let plan, plan.edgeWork >= Self.shortestWork else { return }
        lastEdgeSample = time
        let slowdown = Double(elapsed.count) / Double(plan.edgeWork.count)
        note(.edgeSlowdown, slowdown, at: time, origin: origin)
        edgeSlowdown = edgeSlowdown * 0.7 + slowdown * 0.3
    }

    mutating func noteCloud(_ plan: Plan, queue: Nanoseconds, compute: Nanoseconds, at time: Instant) {
        note(.cloudQueue, queue.inSeconds, at: time)
        cloudQueue = cloudQueue.scaled(by: 0.7) + queue.scaled(by: 0.3)
        guard plan.cloudWork >= Self.shortestWork else { return }
        let slowdown = Double(compute.count) / Double(plan.cloudWork.count)
        note(.cloudSlowdown, slowdown, at: time)
        cloudSlowdown = cloudSlowdown * 0.7 + slowdown * 0.3
    }

    /// Results shorter than this pass in less time than a thread takes to wake.
    private static let shortestResult = 4096

    /// The receipt came the same way as the result, so that the time between them, less the worker's own, is that of the result on
    /// the wire.
    private mutating func noteDownlink(_ plan: Plan, _ returning: Nanoseconds, at time: Instant) {
        guard plan.resultBytes >= Self.shortestResult, let rtt = uplink.baseRTT else { return }
        let transfer = Transfer(bytes: plan.resultBytes, elapsed: returning + rtt, rtt: rtt)
        if let sample = transfer.sample(of: .downlink, at: time) { emit(.sample(sample)) }
    }
}
