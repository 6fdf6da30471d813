import Controller
import Model
import Telemetry

/// A plan that an agent holds, or held.
struct HeldEpoch: Sendable {
    var epoch: Epoch
    /// Position in the plan set.
    var plan: Int
    /// Whether its sessions are built and its weights there.
    var isBuilt = false
    /// Whether the controller was told that it is ready.
    var isAnnounced = false
    var isRetiring = false
    var isGone = false
    /// Bytes of weights still to come.
    var weightsLeft = 0
    var underWay = 0
}

/// What drives a device, and what its agent knows and holds.
struct AgentState: Sendable {
    var policy: any Policy
    /// To begin anew with.
    let fresh: any Policy
    let needs: PolicyNeeds
    /// By position, which jobs refer to; what is gone stays.
    var held: [HeldEpoch]
    /// Plans whose sessions are kept, by position, the last let go first.
    var kept: [Int] = []
    var wakeNumber = 0
    var decisions: [Decision] = []
    var events: [TimedEvent] = []
    var activations: [Activation]

    var noise: SeededGenerator
    var meter = UplinkMeter()
    /// Readings that no message has taken yet, and frames.
    var samples: [Sample] = []
    var records: [FrameRecord] = []
    /// When the ping that is out was sent, and whether on an idle link.
    var pingSent: Int64?
    var isPingOnIdleLink = true
    var pingNumber = 0
    /// In the distant past where none was read yet: the first ping that finds the link idle probes it.
    var lastUplinkReading: Int64 = .min / 2
    /// Of life, from the cloud.
    var lastSign: Int64 = 0
    /// Whether the link counts as lost, which it may from the start, and whether who decides was told; since when it did so last.
    var isLinkLost = false
    var isLossTold = false
    var lostAt: Int64 = .min
    /// In the course of the cell.
    var cellCursor = Course<LinkState>.Cursor()

    init(_ policy: any Policy, _ facts: GroupFacts, noise: SeededGenerator) {
        self.policy = policy
        fresh = policy
        needs = policy.needs
        self.noise = noise
        var first = HeldEpoch(epoch: 1, plan: facts.firstPlan)
        (first.isBuilt, first.isAnnounced) = (true, true)
        var refuge = HeldEpoch(epoch: 0, plan: facts.refuge ?? facts.firstPlan)
        (refuge.isBuilt, refuge.isAnnounced, refuge.isGone) = (true, true, facts.refuge == nil)
        held = [refuge, first]
        activations = [Activation(time: .zero, plan: facts.firstPlan, epoch: 1)]
    }

    /// An agent holds no more epochs at once.
    private static let capacity = 16

    func canHold(_ epoch: Epoch) -> Bool {
        position(of: epoch) == nil && held.count { !$0.isGone } < Self.capacity
    }

    /// Keeps readings in the order of their times: receipts are known a round trip ahead.
    mutating func add(_ sample: Sample) {
        samples.append(sample)
        samples.withUnsafeMutableBufferPointer { samples in
            var index = samples.count - 1
            while index > 0, samples[index - 1].time > sample.time {
                samples[index] = samples[index - 1]
                index -= 1
            }
            samples[index] = sample
        }
    }

    func position(of epoch: Epoch) -> Int? { held.lastIndex { $0.epoch == epoch && !$0.isGone } }

    /// Readings that a message sent at `end` takes.
    mutating func takeSamples(until end: Instant) -> [Sample] {
        // They are in order: mostly all of them are taken, and their room is kept.
        if let last = samples.last, last.time <= end { return Self.takeAll(&samples) }
        let count = samples.firstIndex { $0.time > end } ?? samples.count
        defer { samples.removeFirst(count) }
        return Array(samples.prefix(count))
    }

    mutating func takeRecords(until end: Instant) -> [FrameRecord] {
        if let last = records.last, last.captured + last.latency <= end { return Self.takeAll(&records) }
        let count = records.firstIndex { $0.captured + $0.latency > end } ?? records.count
        defer { records.removeFirst(count) }
        return Array(records.prefix(count))
    }

    private static func takeAll<Element>(_ elements: inout [Element]) -> [Element] {
        defer { elements.removeAll(keepingCapacity: true) }
        return elements
    }
}

/// The agents of devices that a policy drives.
struct AgentTable: Sendable {
    private var agents = Slab<AgentState>()
    /// Of each device; negative where it has none.
    private var positions: ContiguousArray<Int32> = []

    mutating func add(_ agent: AgentState) {
        positions.append(Int32(agents.count))
        agents.append(agent)
    }

    /// Before changes after a copy.
    mutating func own() { agents.own() }

    mutating func addNone() { positions.append(-1) }

    func has(_ device: Int) -> Bool { positions[device] >= 0 }

    /// - Precondition: the device has one.
    subscript(device: Int) -> AgentState {
        unsafeAddress { UnsafePointer(agents.address(of: Int(positions[device]))) }
        unsafeMutableAddress { agents.address(of: Int(positions[device])) }
    }
}
