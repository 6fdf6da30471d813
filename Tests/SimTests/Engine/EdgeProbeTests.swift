import Controller
import Model
import Sim
import Synchronization
import TestSupport
import Testing

/// A policy that listens and never moves.
struct Listener: Policy {
    /// What it hears, outside of the run.
    final class Tape: Sendable {
        let samples = Mutex<[Sample]>([])
    }

    let tape = Tape()
    let needs: PolicyNeeds = [.samples, .ticks]

    mutating func take(_ signal: Signal, at now: Instant) -> [Action] {
        if case .samples(let new) = signal { tape.samples.withLock { $0 += new } }
        return []
    }
}

/// Probes of an edge that its plan gives nothing to do.
@Suite struct EdgeProbeTests {
    /// A camera under a plan, on a link that is always good; heads take 25 ms at least.
    private func world(under plan: String, hasHeads: Bool = true) throws -> World {
        var planSet = madeUpPlanSet()
        if !hasHeads { planSet = PlanSet(model: planSet.model, plans: [planSet.plans[0], planSet.plans[4]]) }
        let state = Trace.State(uplink: .mbps(50), downlink: .mbps(50), rtt: .milliseconds(10))
        let trace = try #require(Trace(pieces: [.init(start: .zero, value: state)], duration: .seconds(1)))
        var group = DeviceGroup(
            name: "camera", planSet: planSet, arrivals: .periodic(every: .milliseconds(40)), link: Link(trace: trace))
        group.firstPlan = plan
        if hasHeads { group.truth["early@8"] = SiteRatios(edge: 1.2) }
        group.edge = Edge(slowdown: .constant(1.5))
        return World(duration: .seconds(60), devices: [group])
    }

    private func run(_ world: World, _ listener: Listener = Listener()) throws -> (log: [LogEntry], result: RunResult) {
        var options = RecordingOptions()
        options.log = true
        var run = try Simulation(world: world, drivers: [.causal(listener)], seed: 1, recording: options)
        run.runToEnd()
        return (run.takeLog(), run.result)
    }

    private func probes(_ log: [LogEntry], _ kind: LogEntry.Kind = .edgeBegan) -> [LogEntry] {
        log.filter { $0.kind == kind && $0.frame == nil }
    }

    /// One as soon as the last reading is `probeAfter` old and the edge is free, which takes two pings at most and a few tries; and
    /// the first at the start.
    @Test func anIdleEdgeIsProbedInTime() throws {
        let world = try world(under: "cloud-8")
        let log = try run(world).log
        #expect(LogChecker.breaches(in: log, of: world) == [])
        let begun = probes(log).map(\.time)
        #expect(begun.count > 60 * 1000 / 1800 && begun.count <= 60)
        #expect(begun[0] - .zero < world.telemetry.pingPeriod)
        for (earlier, later) in zip(begun, begun.dropFirst()) { #expect(later - earlier >= .seconds(1)) }
    }

    /// The smallest head, as it truly is: 25 ms · 1.2 · 1.5. What is read is that over the profile.
    @Test func aProbeTakesTheTimeOfAHead() throws {
        let listener = Listener()
        let log = try run(world(under: "cloud-8"), listener).log
        let pairs = zip(probes(log), probes(log, .edgeEnded))
        #expect(pairs.allSatisfy { $1.time - $0.time == .milliseconds(45) })
        let read = listener.tape.samples.withLock { $0.filter { $0.metric == .edgeSlowdown } }
        #expect(read.count > 30 && read.allSatisfy { $0.origin == .probe && abs($0.value - 1.8) < 1e-9 })
    }

    /// A frame that comes meanwhile waits, as for any other work; and nothing else does on this edge.
    @Test func framesWaitForProbes() throws {
        let log = try run(world(under: "cloud-8")).log
        let captured = log.filter { $0.kind == .captured }
        let begun = log.filter { $0.kind == .edgeBegan && $0.frame != nil }
        let late = zip(captured, begun).filter { $1.time > $0.time }
        #expect(late.count > 20)
        for (capture, begin) in late {
            let before = probes(log).last { $0.time <= begin.time }
            #expect(before.map { begin.time - $0.time <= .milliseconds(45 + 2) } ?? false, "at \(capture.time)")
        }
    }

    @Test func noneWhereFramesMeasureOrNoHeadIsThere() throws {
        #expect(probes(try run(world(under: "mid@8")).log).isEmpty)
        #expect(probes(try run(world(under: "edge-only")).log).isEmpty)
        #expect(probes(try run(world(under: "cloud-8", hasHeads: false)).log).isEmpty)
    }

    @Test func aWrongProbeIsFound() throws {
        let world = try world(under: "cloud-8")
        let log = try run(world).log
        let end = try #require(log.firstIndex { $0.kind == .edgeEnded && $0.frame == nil && $0.time > .zero })
        let begin = try #require(log[..<end].lastIndex { $0.kind == .edgeBegan && $0.frame == nil })
        var longer = log
        longer[end].time += Nanoseconds(1)
        var missing = log
        missing.remove(at: begin)
        var twice = log
        twice.insert(log[begin], at: begin)
        for damaged in [longer, missing, twice] { #expect(!LogChecker.breaches(in: damaged, of: world).isEmpty) }
    }
}
