import Controller
import Model
import Sim
import Synchronization
import TestSupport
import Testing

/// Links and workers that do not answer, as agents see them.
@Suite struct SilenceTests {
    private func world(_ fault: Fault.Kind, from start: Nanoseconds, to end: Nanoseconds) throws -> World {
        let state = Trace.State(uplink: .mbps(50), downlink: .mbps(50), rtt: .milliseconds(10))
        let trace = try #require(Trace(pieces: [.init(start: .zero, value: state)], duration: .seconds(1)))
        var group = DeviceGroup(
            name: "camera", planSet: madeUpPlanSet(), arrivals: .periodic(every: .milliseconds(200)),
            link: Link(trace: trace))
        group.firstPlan = "cloud-8"
        group.link.fallbackAfter = .seconds(2)
        var world = World(duration: .seconds(12), devices: [group])
        world.cloud.workers = 2
        world.faults = [Fault(fault, from: start, to: end)]
        return world
    }

    private struct Seen {
        var lost: [Instant] = []
        var restored: [Instant] = []
        var pings: [Instant] = []
        var device: DeviceResult
    }

    private func run(_ world: World) throws -> Seen {
        let listener = Listener()
        var options = RecordingOptions()
        options.log = true
        var run = try Simulation(world: world, drivers: [.causal(listener)], seed: 1, recording: options)
        run.runToEnd()
        #expect(LogChecker.breaches(in: run.takeLog(), of: world) == [])
        let device = run.result.devices[0]
        func times(_ event: Event) -> [Instant] { device.events.filter { $0.event == event }.map(\.time) }
        let pings = listener.tape.samples.withLock { $0.filter { $0.metric == .rtt }.map(\.time) }
        return Seen(lost: times(.linkLost), restored: times(.linkRestored), pings: pings, device: device)
    }

    /// Workers answer pings. With all of them gone nobody does: that is an outage, and it is over when one is back.
    @Test func withoutAWorkerNoPingIsAnswered() throws {
        let seen = try run(world(.workerCrash(workers: 2), from: .seconds(3), to: .seconds(7)))
        let (crash, end) = (Instant.zero + .seconds(3), Instant.zero + .seconds(7))
        #expect(seen.pings.contains { $0 < crash } && seen.pings.contains { $0 > end })
        #expect(!seen.pings.contains { crash < $0 && $0 < end })
        #expect(seen.lost.count == 1 && seen.lost.allSatisfy { $0 > crash && $0 < crash + .seconds(1) })
        #expect(seen.restored.count == 1 && seen.restored.allSatisfy { $0 >= end && $0 < end + .seconds(2) })
        #expect(seen.device.frames.flags.allSatisfy { !$0.contains(.lost) })
    }

    @Test func whileOneWorkerIsLeftItAnswers() throws {
        let seen = try run(world(.workerCrash(workers: 1), from: .seconds(3), to: .seconds(7)))
        #expect(seen.lost.isEmpty && seen.restored.isEmpty)
        #expect(seen.pings.count { $0 > .zero + .seconds(4) && $0 < .zero + .seconds(6) } >= 9)
    }

    /// Nothing was there, so nothing is declared lost; but the agent gives the link no frame before its first sign.
    @Test(arguments: [Fault.Kind.outage, .workerCrash(workers: 2)])
    func anOutageFromTheStartIsNoLoss(_ fault: Fault.Kind) throws {
        let seen = try run(world(fault, from: .zero, to: .seconds(4)))
        #expect(seen.lost.isEmpty && seen.restored.isEmpty)
        let frames = seen.device.frames
        for (frame, captured) in frames.captured.enumerated() {
            let isAlone = frames.flags[frame].contains(.fallback)
            if captured < .zero + .seconds(4) {
                let latency = try #require(frames.latency(of: frame))
                // The first probe of the edge may be before it.
                #expect(isAlone && latency <= .milliseconds(155), "frame \(frame)")
            } else if captured > .zero + .milliseconds(5500) {
                #expect(!isAlone, "frame \(frame)")
            }
        }
    }

    /// Once the loss is known, frames are answered by the edge at once, and not after the patience.
    @Test func inAKnownOutageTheEdgeAnswersAtOnce() throws {
        let seen = try run(world(.outage, from: .seconds(3), to: .seconds(7)))
        let lost = try #require(seen.lost.first)
        let restored = try #require(seen.restored.first)
        let frames = seen.device.frames
        let during = frames.captured.indices.filter {
            frames.captured[$0] > lost + .milliseconds(200) && frames.captured[$0] < restored
        }
        #expect(during.count > 10)
        for frame in during {
            let latency = try #require(frames.latency(of: frame))
            #expect(latency < .milliseconds(262), "frame \(frame)")
        }
    }
}
