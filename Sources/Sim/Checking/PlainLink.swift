import Model

/// A link's rates, faults and losses included, read piece by piece.
struct PlainLink: Sendable {
    private let trace: Trace
    private let offset: Nanoseconds
    private let outages: [Fault]

    init(_ group: DeviceGroup, in world: World) {
        trace = group.link.trace
        offset = group.link.offset
        outages = world.faults.filter { fault in
            fault.kind == .outage && fault.groups.map { $0.contains(group.name) } ?? true
        }
    }

    init(_ cell: Cell) {
        trace = cell.trace
        offset = .zero
        outages = []
    }

    func rtt(at time: Instant) -> Nanoseconds { max(trace.state(at: time - .zero + offset).rtt, .zero) }

    /// Whole bit/s.
    func rate(_ way: Way, at time: Instant) -> UInt128 {
        if outages.contains(where: { $0.holds(at: time) }) { return 0 }
        let state = trace.state(at: time - .zero + offset)
        let rate = way == .up ? state.uplink : state.downlink
        let passing = rate.bitsPerSecond * (1 - min(max(state.loss, 0), 1))
        return passing >= 0 ? UInt128(min(passing, 1e18).rounded()) : 0
    }

    /// The integral of the rate, in bit/s times nanoseconds.
    func integral(_ way: Way, from start: Instant, to end: Instant) -> UInt128 {
        var sum: UInt128 = 0
        var now = start
        while now < end {
            let next = min(nextChange(after: now), end)
            sum += rate(way, at: now) * UInt128((next - now).count)
            now = next
        }
        return sum
    }

    func nextChange(after time: Instant) -> Instant {
        let place = (time - .zero + offset).count % trace.duration.count
        let inTrace = trace.schedule.pieces.map(\.start.nanoseconds).first { $0 > place } ?? trace.duration.count
        let changes = outages.flatMap { [$0.start, $0.end] }.map { Instant.zero + $0 }.filter { $0 > time }
        return min(time + Nanoseconds(inTrace - place), changes.min() ?? .latest)
    }
}
