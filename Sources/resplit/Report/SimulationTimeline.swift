import Model
import Scenarios
import Sim

/// A simulated world over time, and the plans that were in force in it.
struct SimulationTimeline {
    /// Points along a plot.
    private static let points: Int64 = 600
    private static let outage = "#ffebe9"
    private static let fault = "#fff8c5"

    private let world: World
    private let runs: [ScenarioRun]
    private let colours: PlanColours
    private let unit: TimeUnit

    init(_ world: World, _ runs: [ScenarioRun], _ colours: PlanColours) {
        self.world = world
        self.runs = runs
        self.colours = colours
        unit = TimeUnit(world.duration)
    }

    /// The link of a group of devices, its edge, the cloud, and the plans of its first device under each policy.
    func section(ofGroup group: Int) -> String {
        let device = world.devices[group]
        let name = world.devices.count > 1 || device.count > 1 ? ": \(device.name)" : ""
        let plots = [link(device), roundTrip(device), slowdown(device)].compactMap(\.self)
        return """
            <h2>\(HTML.escaped("The world over time\(name)"))</h2>
            <p class="remark">\(faultsRemark)Red: nothing passes the link.</p>
            \(plots.map(\.svg).joined(separator: "\n"))
            <h2>\(HTML.escaped("Plan in force\(name), first device"))</h2>
            \(lanes(group))
            """
    }

    private var step: Nanoseconds { Nanoseconds(max(1, world.duration.count / Self.points)) }

    private var times: [Nanoseconds] { (0..<Self.points).map { step * $0 } }

    // MARK: The world

    /// What a link's trace holds on average over each step.
    private func states(_ device: DeviceGroup) -> [(time: Double, state: Trace.State)] {
        let trace = device.link.trace.averaged(over: step) ?? device.link.trace
        return times.map { (unit.value($0), trace.state(at: $0 + device.link.offset)) }
    }

    private func link(_ device: DeviceGroup) -> Plot {
        let states = states(device)
        var plot = Plot(
            x: unit.axis, y: Axis("uplink, Mbit/s", spanning: states.map(\.state.uplink.inMbps)), height: 170,
            isAmongNames: true)
        addFaults(to: &plot, of: device.name)
        for (time, state) in states where state.uplink.bitsPerSecond == 0 {
            plot.band(from: time, to: time + unit.value(step), colour: Self.outage, title: "outage")
        }
        plot.steps(states.map { ($0.time, $0.state.uplink.inMbps) }, until: unit.end, colour: "#1a7f37")
        return plot
    }

    private func roundTrip(_ device: DeviceGroup) -> Plot? {
        let points = states(device).map { ($0.time, $0.state.rtt.inMilliseconds) }
        guard Set(points.map(\.1)).count > 1 else { return nil }
        var plot = Plot(
            x: unit.axis, y: Axis("round trip, ms", spanning: points.map(\.1)), height: 120, isAmongNames: true)
        plot.steps(points, until: unit.end, colour: "#0a7ea4")
        return plot
    }

    /// Of edge and cloud, where either changes.
    private func slowdown(_ device: DeviceGroup) -> Plot? {
        let edge = times.map { (unit.value($0), device.edge.slowdown.value(at: .zero + $0)) }
        let cloud = times.map { (unit.value($0), world.cloud.slowdown.value(at: .zero + $0)) }
        guard Set((edge + cloud).map(\.1)).count > 1 else { return nil }
        let label = "slowdown of the edge (violet) and the cloud (grey)"
        var plot = Plot(
            x: unit.axis, y: Axis(label, spanning: (edge + cloud).map(\.1)), height: 120, isAmongNames: true)
        addFaults(to: &plot, of: device.name)
        plot.steps(cloud, until: unit.end, colour: "#8c959f")
        plot.steps(edge, until: unit.end, colour: "#8250df")
        return plot
    }

    private var faultsRemark: String { world.faults.isEmpty ? "" : "Yellow: a fault; point at it for what it is. " }

    private func addFaults(to plot: inout Plot, of group: String) {
        for fault in world.faults where fault.groups?.contains(group) ?? true {
            plot.band(
                from: unit.value(fault.start), to: max(unit.value(fault.end), unit.value(fault.start + step)),
                colour: Self.fault, title: "\(fault.kind)")
        }
    }

    // MARK: Plans

    /// A row a policy: the plan that most of a step's frames were captured under.
    private func lanes(_ group: Int) -> String {
        let first = world.devices[..<group].reduce(0) { $0 + $1.count }
        let names = runs.map(\.policy.description)
        let rows = Axis("policy", names: names)
        var plot = Plot(x: unit.axis, y: rows, height: 50 + 24 * Double(names.count))
        var seen: [String] = []
        for (index, run) in runs.enumerated() {
            let series = TimeSeries(run.result, of: world, devices: [first], every: step)
            for stretch in stretches(series) {
                if !seen.contains(stretch.plan) { seen.append(stretch.plan) }
                plot.cell(
                    x: stretch.times, y: rows.row(index, share: 0.8), colour: colours[stretch.plan],
                    title: "\(run.policy): \(stretch.plan)")
            }
        }
        let order = world.devices[group].planSet.plans.map(\.id).filter(seen.contains)
        return HTML.legend(order.map { ($0, colours[$0]) }) + plot.svg
    }

    private func stretches(_ series: TimeSeries) -> [(times: ClosedRange<Double>, plan: String)] {
        var stretches: [(times: ClosedRange<Double>, plan: String)] = []
        for (index, step) in series.steps.enumerated() {
            guard step.frames > 0, let most = step.plans.indices.max(by: { step.plans[$0] < step.plans[$1] }) else {
                continue
            }
            let (plan, start) = (series.planIDs[most], unit.value(series.length * Int64(index)))
            let end = min(unit.value(series.length * Int64(index + 1)), unit.end)
            // Frames that come less often than steps leave no gaps.
            if let last = stretches.last {
                let held = last.times.lowerBound...(last.plan == plan ? end : start)
                stretches[stretches.count - 1].times = held
            }
            if stretches.last?.plan != plan { stretches.append((start...max(start, end), plan)) }
        }
        if let last = stretches.last { stretches[stretches.count - 1].times = last.times.lowerBound...unit.end }
        return stretches
    }
}

/// The unit in which a span of time is drawn: seconds up to ten minutes, minutes up to three hours, then hours.
struct TimeUnit {
    private let name: String
    private let length: Nanoseconds
    private let duration: Nanoseconds

    init(_ duration: Nanoseconds) {
        self.duration = duration
        (name, length) =
            duration <= .seconds(600)
            ? ("s", .seconds(1)) : duration <= .seconds(3 * 3600) ? ("min", .seconds(60)) : ("h", .seconds(3600))
    }

    func value(_ time: Nanoseconds) -> Double { time.inSeconds / length.inSeconds }

    var end: Double { value(duration) }

    var axis: Axis {
        var axis = Axis("time, \(name)", from: 0, to: end)
        axis.divisions = 10
        return axis
    }
}
