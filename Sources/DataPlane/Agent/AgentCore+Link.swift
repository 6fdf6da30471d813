import Model
import Telemetry

/// What the connection to the worker says, and what its silence says.
extension AgentCore {
    mutating func handle(_ event: LinkEvent, of id: Int, at now: Instant) {
        if case .up = event { return connected(id, at: now) }
        guard id == link.connection else { return }
        switch event {
        case .up: break
        case .down: disconnected(at: now)
        case .pong(let number): pong(number, at: now)
        case .receipt(let frame):
            receipt(of: .frame(frame), at: now)
            flights[frame]?.receipt = now
            pump(at: now)
        case .answer(let frame, let queue, let compute, let verdict):
            receipt(of: .frame(frame), at: now)
            if let flight = flights[frame] { noteCloud(flight.plan, queue: queue, compute: compute, at: now) }
            answeredByCloud(frame, queue: queue, compute: compute, verdict, at: now)
            pump(at: now)
        case .refused(let frame, let refusal, let reason): refused(frame, refusal, reason, at: now)
        case .prepared(let epoch): workerPrepared(epoch, at: now)
        case .notPrepared(let epoch, let reason): workerNotPrepared(epoch, reason)
        }
    }

    private mutating func connected(_ id: Int, at now: Instant) {
        if link.connection != nil { disconnected(at: now) }
        link.connection = id
        link.lostSince = now
        link.lastPing = nil
        let shared = epochs.shared
        let others = shared.filter { $0.epoch != epochs.active }
        for (epoch, plan) in shared.filter({ $0.epoch == epochs.active }) + others { emit(.prepareWorker(epoch, plan)) }
        if let planSet { emit(.buildAhead(planSet.plans.filter(\.needsHead))) }
        ping(padding: 0, at: now)
    }

    private mutating func disconnected(at now: Instant) {
        declareLost(at: now)
        let unanswered = flights.values.filter { $0.phase == .sent }.map(\.frame).sorted()
        link.connection = nil
        link.onWire = []
        link.ping = nil
        link.lastSign = nil
        if settings.fallback {
            giveUp(queue + unanswered, at: now)
        } else {
            for frame in unanswered { flights[frame]?.phase = .queued }
            queue = unanswered + queue
        }
        for epoch in epochs.workerAway() where epoch != fixedEpoch {
            failPreparation(of: epoch, reason: "the connection to the worker broke")
        }
    }

    /// The link is out: what waits for it is answered alone, and the controller told.
    private mutating func declareLost(at now: Instant) {
        guard link.lostSince == nil else { return }
        link.lostSince = now
        // A downlink that has become slow is not asked for as much again.
        if let ping = link.ping, ping.answer > 0 { link.lastDownlink = nil }
        link.taint()
        link.lastReading = now
        link.isLossTold = true
        tell(.linkLost(now))
        note(.uplink, 0, at: now)
        guard settings.fallback else { return }
        giveUp(
            flights.values.filter { [.queued, .sent].contains($0.phase) && $0.receipt == nil }.map(\.frame), at: now)
    }

    /// A sign of life.
    private mutating func alive(at now: Instant) {
        link.lastSign = now
        guard link.lostSince != nil else { return }
        link.lostSince = nil
        if link.isLossTold {
            tell(.linkRestored(now))
            // What was read of the link is over: the next ping measures it.
            link.lastReading = nil
        }
        link.isLossTold = false
    }

    private mutating func receipt(of kind: LinkState.Transfer.Kind, at now: Instant) {
        alive(at: now)
        guard let transfer = link.remove(kind) else { return }
        let sample = uplink.receipt(
            of: transfer.bytes, sent: transfer.sent, at: now, isTainted: transfer.isTainted)
        if var sample {
            if kind == .ping { sample.origin = .probe }
            link.lastReading = now
            emit(.sample(sample))
        }
    }

    private mutating func pong(_ number: UInt64, at now: Instant) {
        guard let ping = link.ping, ping.number == number else { return }
        link.ping = nil
        if ping.padding > 0 {
            receipt(of: .ping, at: now)
        } else if ping.answer > 0 {
            answered(ping, at: now)
        } else {
            alive(at: now)
            if ping.isOnIdleLink || uplink.baseRTT == nil {
                uplink.pong(rtt: now - ping.sent)
                note(.rtt, (now - ping.sent).inSeconds, at: now, origin: .ping)
            } else {
                note(.loadedRTT, (now - ping.sent).inSeconds, at: now, origin: .ping)
            }
        }
        pump(at: now)
    }

    /// The answer to a ping was so long that it measures the way back.
    private mutating func answered(_ ping: LinkState.Ping, at now: Instant) {
        alive(at: now)
        let transfer = Transfer(bytes: ping.answer, elapsed: now - ping.sent, rtt: uplink.baseRTT ?? .zero)
        guard ping.isOnIdleLink, let rate = transfer.rate,
            let sample = transfer.sample(of: .downlink, at: now, origin: .probe)
        else { return }
        link.lastDownlink = .init(time: now, rate: rate)
        emit(.sample(sample))
    }

    private mutating func refused(
        _ frame: Int, _ refusal: FrameReply.Refusal, _ reason: String, at now: Instant
    ) {
        receipt(of: .frame(frame), at: now)
        guard let flight = flights[frame] else { return pump(at: now) }
        emit(.log("the worker refused frame \(frame): \(reason)"))
        if refusal == .unknownEpoch, epochs[flight.epoch]?.isWorkerReady == true {
            epochs.workerReady(flight.epoch, false)
            emit(.prepareWorker(flight.epoch, flight.plan))
        }
        if refusal == .unknownEpoch, !settings.fallback, flight.phase == .sent {
            flights[frame]?.phase = .queued
            flights[frame]?.receipt = nil
            queue.insert(frame, at: queue.firstIndex { $0 > frame } ?? queue.endIndex)
        } else {
            giveUp([frame], at: now)
        }
        pump(at: now)
    }

    // MARK: Time

    /// To be called every ten milliseconds or so.
    mutating func tick(at now: Instant) {
        let expired = flights.values.filter { $0.deadline.map { $0 <= now } ?? false }
        if expired.contains(where: { $0.receipt == nil }) { declareLost(at: now) }
        giveUp(expired.map(\.frame), at: now)
        guard link.connection != nil else { return repeatOutage(at: now) }
        if link.isUsable, let due = signDue {
            if due + settings.patience.beyondDue(alone: timeAlone) <= now { declareLost(at: now) }
            if settings.fallback, due <= now { giveUp(queue, at: now) }
        }
        if let lost = link.lostSince {
            repeatOutage(at: now)
            if now - lost >= settings.reconnectAfter {
                link.lostSince = now
                emit(.reconnect)
            }
        }
        pingIfDue(at: now)
        probeEdgeIfDue(at: now)
        pump(at: now)
    }

    /// Jitter of a link and of busy processors that is no sign of anything.
    private static let jitter = 0.1

    /// When the next sign of life should have come; `nil` where none is awaited, or nothing is known of the link.
    private var signDue: Instant? {
        guard let since = link.awaitedSince, let rtt = uplink.baseRTT else { return nil }
        var expected = rtt.inSeconds * 2 + Self.jitter
        if let first = link.onWire.first {
            guard let rate = uplink.cautiousRate else { return nil }
            expected += rate.seconds(for: first.bytes) * 1.5
        }
        if let ping = link.ping, ping.answer > 0 {
            expected += (link.lastDownlink?.rate ?? Self.slowestDownlink).seconds(for: ping.answer) * 1.5
        }
        return since + Nanoseconds(seconds: min(expected, 3600))
    }

    /// The link may be out: not for certain yet, but new frames do better without it.
    func isOverdue(at now: Instant) -> Bool { signDue.map { $0 <= now } ?? false }

    /// So that a window of recent samples holds the outage as long as it lasts.
    private mutating func repeatOutage(at now: Instant) {
        guard link.isLossTold, let last = link.lastReading, now - last >= .milliseconds(500) else { return }
        link.lastReading = now
        note(.uplink, 0, at: now)
    }

    private mutating func pingIfDue(at now: Instant) {
        guard link.ping == nil else { return }
        let isIdle = link.onWire.isEmpty && queue.isEmpty
        let interval = isIdle ? settings.pingInterval : settings.busyPingInterval
        if let last = link.lastPing, now - last < interval { return }
        if isIdle, isRateStale(at: now) {
            ping(padding: Self.probeBytes(at: uplink.cautiousRate ?? .mbps(4)), at: now)
        } else if isIdle, isDownlinkStale(at: now) {
            ping(padding: 0, answer: Self.probeBytes(at: link.lastDownlink?.rate ?? .zero), at: now)
        } else {
            ping(padding: 0, at: now)
        }
    }

    private func isRateStale(at now: Instant) -> Bool {
        guard let interval = settings.rateProbeInterval, link.isUsable, uplink.baseRTT != nil else { return false }
        return link.lastReading.map { now - $0 >= interval } ?? true
    }

    private func isDownlinkStale(at now: Instant) -> Bool {
        guard let interval = settings.downlinkProbeInterval, link.isUsable, uplink.baseRTT != nil else { return false }
        return link.lastDownlink.map { now - $0.time >= interval } ?? true
    }

    /// What a downlink is given credit for before it was measured: the first bytes asked for are few, and may take 2 s.
    private static let slowestDownlink = BitRate(bitsPerSecond: 25_000)

    /// About 30 ms at the rate to count on: enough to tell it from the round trip, little enough not to be in a frame's
    /// way.
    private static func probeBytes(at rate: BitRate) -> Int {
        let fitting = rate.bitsPerSecond * 0.030 / 8
        return Int(min(max(fitting, 4096), 65536))
    }

    private mutating func ping(padding: Int, answer: Int = 0, at now: Instant) {
        link.pingsSent += 1
        link.lastPing = now
        let isIdle = link.onWire.isEmpty && padding == 0
        link.ping = .init(
            number: link.pingsSent, sent: now, padding: padding, answer: answer, isOnIdleLink: isIdle)
        if padding > 0 { link.onWire.append(.init(kind: .ping, bytes: padding, sent: now)) }
        emit(.ping(number: link.pingsSent, padding: padding, answer: answer))
    }

    /// Keeps the estimate of the edge's speed fresh while the plan gives the edge nothing to do.
    private mutating func probeEdgeIfDue(at now: Instant) {
        guard let interval = settings.edgeProbeInterval, edgeJobs == 0, epochs.activePlan.isCloudOnly else { return }
        if let last = lastEdgeSample, now - last < EdgeProbing.rest(after: lastEdgeProbe, least: interval) { return }
        lastEdgeSample = now
        edgeJobs += 1
        emit(.probeEdge)
    }

    mutating func probed(_ plan: Plan, _ elapsed: Nanoseconds, at now: Instant) {
        edgeJobs -= 1
        lastEdgeProbe = elapsed
        noteEdge(plan, elapsed, at: now, origin: .probe)
    }
}
