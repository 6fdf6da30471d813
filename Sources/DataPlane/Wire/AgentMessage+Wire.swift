import Model

extension AgentMessage {
    package init(wire: Resplit_V1_AgentMessage) throws(WireError) {
        switch wire.kind {
        case .hello(let hello): self = .hello(try Hello(wire: hello))
        case .samples(let samples): self = .samples(try [Sample](wire: samples))
        case .frames(let frames):
            var records: [FrameRecord] = []
            for (index, frame) in frames.frames.enumerated() {
                records.append(try FrameRecord(wire: frame, "frames[\(index)]"))
            }
            self = .frames(records)
        case .prepared(let prepared): self = .prepared(try WireReading.count(prepared.epoch, "prepared.epoch"))
        case .prepareFailed(let failed):
            self = .prepareFailed(try WireReading.count(failed.epoch, "prepare_failed.epoch"), reason: failed.reason)
        case .activated(let activated):
            self = .activated(
                try WireReading.count(activated.epoch, "activated.epoch"),
                firstFrame: try WireReading.count(activated.firstFrame, "activated.first_frame"))
        case .drained(let drained): self = .drained(try WireReading.count(drained.epoch, "drained.epoch"))
        case .linkLost(let lost): self = .linkLost(try WireReading.instant(lost.timeNs, "link_lost.time_ns"))
        case .linkRestored(let restored):
            self = .linkRestored(try WireReading.instant(restored.timeNs, "link_restored.time_ns"))
        case nil: throw .emptyMessage("agent's message")
        }
    }

    package var wire: Resplit_V1_AgentMessage {
        var wire = Resplit_V1_AgentMessage()
        switch self {
        case .hello(let hello): wire.hello = hello.wire
        case .samples(let samples): wire.samples.samples = samples.map(\.wire)
        case .frames(let records): wire.frames.frames = records.map(\.wire)
        case .prepared(let epoch): wire.prepared.epoch = UInt64(epoch)
        case .prepareFailed(let epoch, let reason):
            wire.prepareFailed.epoch = UInt64(epoch)
            wire.prepareFailed.reason = reason
        case .activated(let epoch, let firstFrame):
            wire.activated.epoch = UInt64(epoch)
            wire.activated.firstFrame = UInt64(firstFrame)
        case .drained(let epoch): wire.drained.epoch = UInt64(epoch)
        case .linkLost(let time): wire.linkLost.timeNs = time.nanoseconds
        case .linkRestored(let time): wire.linkRestored.timeNs = time.nanoseconds
        }
        return wire
    }
}

extension AgentMessage.Hello {
    init(wire: Resplit_V1_Hello) throws(WireError) {
        self.init(
            device: try WireReading.name(wire.device, "hello.device"),
            modelSHA256: try WireReading.sha256(wire.modelSha256, "hello.model_sha256"),
            boot: try WireReading.name(wire.boot, "hello.boot"),
            frameInterval: try WireReading.span(wire.frameIntervalNs, "hello.frame_interval_ns"),
            activePlan: try WireReading.name(wire.activePlan, "hello.active_plan"),
            activeEpoch: try WireReading.count(wire.activeEpoch, "hello.active_epoch"),
            time: try WireReading.instant(wire.timeNs, "hello.time_ns"),
            lastEpoch: try WireReading.count(wire.lastEpoch, "hello.last_epoch"))
    }

    var wire: Resplit_V1_Hello {
        var wire = Resplit_V1_Hello()
        wire.device = device
        wire.modelSha256 = modelSHA256
        wire.boot = boot
        wire.frameIntervalNs = UInt64(frameInterval.count)
        wire.activePlan = activePlan
        wire.activeEpoch = UInt64(activeEpoch)
        wire.timeNs = time.nanoseconds
        wire.lastEpoch = UInt64(lastEpoch)
        return wire
    }
}

extension ControllerMessage {
    package init(wire: Resplit_V1_ControllerMessage) throws(WireError) {
        switch wire.kind {
        case .welcome(let welcome): self = .welcome(try PlanSet(wire: welcome.planSet))
        case .prepare(let prepare):
            self = .prepare(try WireReading.count(prepare.epoch, "prepare.epoch"), try Plan(wire: prepare.plan))
        case .activate(let activate): self = .activate(try WireReading.count(activate.epoch, "activate.epoch"))
        case .retire(let retire): self = .retire(try WireReading.count(retire.epoch, "retire.epoch"))
        case nil: throw .emptyMessage("controller's message")
        }
    }

    /// - Throws: where a plan holds a number that JSON cannot.
    package func wire() throws -> Resplit_V1_ControllerMessage {
        var wire = Resplit_V1_ControllerMessage()
        switch self {
        case .welcome(let set): wire.welcome.planSet = try set.wire()
        case .prepare(let epoch, let plan):
            wire.prepare.epoch = UInt64(epoch)
            wire.prepare.plan = try plan.wire()
        case .activate(let epoch): wire.activate.epoch = UInt64(epoch)
        case .retire(let epoch): wire.retire.epoch = UInt64(epoch)
        }
        return wire
    }
}
