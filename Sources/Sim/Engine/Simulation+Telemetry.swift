import Controller
import Glibc
import Model
import Telemetry

/// What agents measure and tell, as those of the field do.
extension Simulation {
    mutating func beginTelemetry(_ device: Int) {
        let needs = agents[device].needs
        let facts = facts(device)
        devices[device].needs = needs
        devices[device].epoch = 1
        tell(device, .attached(activePlan: facts.group.planSet.plans[facts.firstPlan].id, epoch: 1, lastEpoch: 1))
        if needs.contains(.samples), facts.demands.contains(where: { !$0.isEdgeOnly }) {
            schedule(Happening(.ping, device: device), after: 0)
        }
        if !needs.isEmpty { schedule(Happening(.tick, device: device), after: world.telemetry.lag.count) }
    }

    /// One message of the agent, and a look at the windows.
    mutating func tick(_ device: Int) {
        lookAtLink(device)
        let taken = now - world.telemetry.lag
        let samples = agents[device].takeSamples(until: taken)
        let records = agents[device].takeRecords(until: taken)
        if !isAway(device) {
            let readings = groups[devices[device].group].readings
            if !samples.isEmpty { send(device, .samples(readings.stamped(samples))) }
            if !records.isEmpty { send(device, .frames(readings.stamped(records))) }
            if devices[device].needs.contains(.ticks) { send(device, .tick) }
        }
        guard now < .zero + world.duration else { return }
        schedule(Happening(.tick, device: device), after: world.telemetry.period.count)
    }

    // MARK: Readings

    /// Work shorter than this says more of the clock than of the processor.
    private static let shortestWork = Nanoseconds.microseconds(50).count
    /// Results shorter than this pass in less time than a thread takes to wake.
    private static let shortestResult = 4096

    mutating func read(
        _ device: Int, _ metric: Metric, _ value: Double, at time: Instant, weight: Double = 1,
        origin: Sample.Origin = .traffic
    ) {
        guard devices[device].needs.contains(.samples),
            var value = groups[devices[device].group].readings.said(value, of: metric, at: now)
        else { return }
        if world.telemetry.noise > 0 {
            value *= exp(world.telemetry.noise * agents[device].noise.normal())
        }
        let sample = Sample(metric: metric, time: time, value: value, weight: weight, origin: origin)
        agents[device].add(sample)
    }

    mutating func readEdge(_ slot: Int, _ device: Int) {
        guard devices[device].needs.contains(.samples) else { return }
        let job = jobs[slot]
        let facts = facts(device)
        // Who lost patience while the head ran has read the head.
        let plan = job.isAlone && job.isWhole ? facts.refuge ?? 0 : Int(job.plan)
        let profiled = facts.demands[plan].profiledHead
        guard profiled >= Self.shortestWork else { return }
        devices[device].edge.lastReading = now.nanoseconds
        let elapsed = job.isWhole ? now.nanoseconds - job.aloneBegun : job.headDone - job.edgeBegun
        let time = job.isWhole ? now : Instant(nanoseconds: job.headDone)
        let origin: Sample.Origin = job.content == .edgeProbe ? .probe : .traffic
        read(device, .edgeSlowdown, Double(elapsed) / Double(profiled), at: time, origin: origin)
    }

    /// The receipt is the worker's: with none there, none comes.
    mutating func readUplink(_ slot: Int, _ device: Int, rtt: Int64) {
        guard devices[device].needs.contains(.samples), pool.isAlive else { return }
        jobs[slot].isReceipted = true
        let job = jobs[slot]
        let receipt = Instant(nanoseconds: job.sent + min(rtt, Instant.latest.nanoseconds - job.sent))
        agents[device].lastUplinkReading = receipt.nanoseconds
        alive(device, at: receipt.nanoseconds)
        // An outage fell in its time.
        let isTainted = job.sendBegun <= agents[device].lostAt && agents[device].lostAt <= job.sent
        guard
            let sample = agents[device].meter.receipt(
                of: Int(job.bytes), sent: Instant(nanoseconds: job.sendBegun), at: receipt, isTainted: isTainted)
        else { return }
        let origin: Sample.Origin = job.content == .probe ? .probe : .traffic
        read(device, .uplink, sample.value, at: sample.time, weight: sample.weight, origin: origin)
    }

    mutating func readAnswer(_ slot: Int, _ device: Int) {
        guard devices[device].needs.contains(.samples) else { return }
        let job = jobs[slot]
        let demand = facts(device).demands[Int(job.plan)]
        let queue = job.cloudBegun - job.atCloud + job.foreignQueue
        read(device, .cloudQueue, Nanoseconds(queue).inSeconds, at: now)
        if demand.profiledCloud >= Self.shortestWork {
            let slowdown = Double(job.cloudDone - job.cloudBegun) / Double(demand.profiledCloud)
            read(device, .cloudSlowdown, slowdown, at: now)
        }
        guard demand.returnedBytes >= Self.shortestResult, !job.isAnswered, let rtt = agents[device].meter.baseRTT
        else { return }
        let returning = Nanoseconds(job.returned - job.cloudDone)
        let transfer = Transfer(bytes: Int(demand.returnedBytes), elapsed: returning + rtt, rtt: rtt)
        if let sample = transfer.sample(of: .downlink, at: now) {
            read(device, .downlink, sample.value, at: now, weight: sample.weight)
        }
    }

    mutating func report(_ slot: Int, _ answer: FrameRecord.Answer, _ stages: StageTimes) {
        let job = jobs[slot]
        let device = Int(job.device)
        let isTold = devices[device].needs.contains(.frames)
        guard isTold || options.frames else { return }
        let captured = Instant(nanoseconds: job.captured)
        // The job's own bytes are those of the way that it was on last.
        let sentBytes = Int(groups[devices[device].group].demands[Int(job.plan)].sentBytes)
        let record = FrameRecord(
            frame: Int(job.frame), epoch: agents.has(device) ? agents[device].held[Int(job.epoch)].epoch : 1,
            planID: groups[devices[device].group].planIDs[Int(job.plan)], answer: answer, captured: captured,
            latency: now - captured, stages: stages, sentBytes: job.sendBegun >= 0 ? sentBytes : 0,
            topClass: 0, isCorrect: nil)
        if isTold { agents[device].records.append(record) }
        guard options.frames else { return }
        if records.isEmpty { records = [[FrameRecord]](repeating: [], count: devices.count) }
        records[device].append(record)
    }
}
