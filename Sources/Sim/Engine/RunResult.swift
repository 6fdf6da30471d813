public import Controller
public import Model

/// What a controller was told of a device, and when.
public struct TimedEvent: Hashable, Sendable {
    public var time: Instant
    public var event: Event

    public init(time: Instant, event: Event) {
        self.time = time
        self.event = event
    }
}

/// From when on new frames of a device had a plan.
public struct Activation: Hashable, Sendable {
    public var time: Instant
    /// Position in the plan set.
    public var plan: Int
    public var epoch: Epoch
}

/// What became of one device.
public struct DeviceResult: Hashable, Sendable {
    public var name: String
    /// Position in `World.devices`.
    public var group: Int
    public var frames: FrameColumns
    /// By position in the plan set: frames answered that were captured under the plan, and where their time went in all, held
    /// within 292 years.
    public var answered: [Int]
    public var stages: [StageTimes]
    public var uplinkBytes: Int
    public var downlinkBytes: Int
    /// Joule; `nil` without an energy model.
    public var edgeEnergy: Double?
    public var decisions: [Decision]
    /// The first plan, and each that was moved to. Of a fixed plan that alone; of the oracle none.
    public var activations: [Activation]
    /// What a causal policy was told: to be replayed.
    public var events: [TimedEvent]

    /// Plans activated.
    public var moves: Int { max(activations.count - 1, 0) }
}

/// What a run comes to.
public struct RunResult: Hashable, Sendable {
    /// In the order of `World.deviceNames`.
    public var devices: [DeviceResult]
    /// By group: when a frame has missed its deadline.
    public var deadlines: [Nanoseconds?]

    public func summary(device: Int) -> RunSummary { RunSummary(of: [devices[device]], deadlines) }

    /// Of all devices.
    public func summary() -> RunSummary { RunSummary(of: devices, deadlines) }
}

extension RunSummary {
    fileprivate init(of devices: [DeviceResult], _ deadlines: [Nanoseconds?]) {
        var latencies: [Nanoseconds] = []
        latencies.reserveCapacity(devices.reduce(0) { $0 + $1.frames.count })
        var missed = 0
        for device in devices {
            let deadline = deadlines[device.group]?.count
            for latency in device.frames.latencies {
                if latency >= 0 { latencies.append(Nanoseconds(latency)) }
                if let deadline, latency < 0 || latency > deadline { missed += 1 }
            }
        }
        let frames = devices.reduce(0) { $0 + $1.frames.count }
        let energies = devices.compactMap(\.edgeEnergy)
        self.init(
            frames: frames, lost: frames - latencies.count, latency: LatencySummary(latencies),
            deadlineMissed: missed,
            fallbacks: devices.reduce(0) { $0 + $1.frames.flags.count { $0.contains(.fallback) } },
            moves: devices.reduce(0) { $0 + $1.moves }, uplinkBytes: devices.reduce(0) { $0 + $1.uplinkBytes },
            edgeEnergy: energies.isEmpty ? nil : energies.reduce(0, +))
    }
}

extension Simulation {
    /// What the run has come to by now. Frames under way count as lost; before the end of a run, sums may tell of them already.
    public var result: RunResult {
        let names = world.deviceNames
        return RunResult(
            devices: devices.indices.map { result(of: $0, named: names[$0]) }, deadlines: world.devices.map(\.deadline))
    }

    private func result(of position: Int, named name: String) -> DeviceResult {
        var device = devices[position]
        if device.lane >= 0 {
            let lane = fast[device.lane].seen(before: frontier, plan: device.plan, until: world.duration.count)
            (device.frames, device.tally) = (lane.frames, lane.tally)
        }
        let agent = agents.has(position) ? agents[position] : nil
        let fixed = [Activation(time: .zero, plan: device.plan, epoch: 1)]
        return DeviceResult(
            name: name, group: device.group, frames: device.frames, answered: device.tally.answered,
            stages: device.tally.stages.map(\.held), uplinkBytes: device.tally.uplinkBytes,
            downlinkBytes: device.tally.downlinkBytes,
            edgeEnergy: groups[device.group].energy.map(device.tally.energy),
            decisions: agent?.decisions ?? [],
            activations: agent?.activations ?? (device.drivenBy == .fixed ? fixed : []), events: agent?.events ?? [])
    }
}
