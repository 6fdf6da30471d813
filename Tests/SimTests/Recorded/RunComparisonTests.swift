import Controller
import Model
import Sim
import Synchronization
import TestSupport
import Testing

/// Runs of known worlds, recorded as in the field, and served again in the world that the record makes.
@Suite struct RunComparisonTests {
    /// All that a run's controller was told.
    private final class Telemetry: Sendable {
        let samples = Mutex<[Sample]>([])
        let frames = Mutex<[FrameRecord]>([])
    }

    private struct Listening: Policy {
        var policy: AdaptivePolicy
        let telemetry: Telemetry

        var needs: PolicyNeeds { policy.needs }

        mutating func take(_ signal: Signal, at now: Instant) -> [Action] {
            switch signal {
            case .samples(let new): telemetry.samples.withLock { $0 += new }
            case .frames(let new): telemetry.frames.withLock { $0 += new }
            case .tick, .event: break
            }
            return policy.take(signal, at: now)
        }
    }

    /// A minute of a link and a machine that change every few seconds, and plans whose profiles are wrong.
    private func world(seed: UInt64) throws -> World {
        var random = SeededGenerator(seed: seed)
        func pieces<Value>(_ value: () -> Value) -> [Schedule<Value>.Piece] {
            (0..<20).map { .init(start: .zero + .seconds(3 * Int64($0)), value: value()) }
        }
        let isEven = seed % 2 == 0
        let states = pieces {
            let isOut = isEven && Int.random(in: 0..<12, using: &random) == 0
            let rate = isOut ? 0 : Double.random(in: 3e6...40e6, using: &random).rounded()
            return Trace.State(
                uplink: BitRate(bitsPerSecond: rate), downlink: BitRate(bitsPerSecond: rate),
                rtt: .milliseconds(.random(in: 10...80, using: &random)))
        }
        var group = DeviceGroup(
            name: "cam", planSet: madeUpPlanSet(), arrivals: .periodic(every: .milliseconds(200)),
            link: Link(trace: try #require(Trace(pieces: states, duration: .seconds(60)))))
        group.edge = Edge(
            slowdown: try #require(Schedule(pieces: pieces { Double.random(in: 0.5...1.4, using: &random) })))
        group.truth = ["mid@8": SiteRatios(edge: 1.3, cloud: 1.2), "early@8": SiteRatios(edge: 1.2)]
        group.link.window = 2
        group.link.holdsAnswers = true
        group.link.fallbackAfter = .milliseconds(700)
        var world = World(duration: .seconds(60), devices: [group])
        world.cloud.workers = 1
        world.telemetry.pingPeriod = .milliseconds(100)
        return world
    }

    private func recorded(_ world: World, seed: UInt64) throws -> RecordedRun {
        let telemetry = Telemetry()
        let policy = Listening(policy: AdaptivePolicy(world.devices[0]), telemetry: telemetry)
        var simulation = try Simulation(world: world, drivers: [.causal(policy)], seed: seed)
        simulation.runToEnd()
        let device = simulation.result.devices[0]
        return try RecordedRun(
            planSet: world.devices[0].planSet, settings: .standard, frames: telemetry.frames.withLock { $0 },
            samples: telemetry.samples.withLock { $0 }, events: device.events, decisions: device.decisions)
    }

    /// What the world is made of again comes near what it was: in mean and p95, under the recorded plans and under those decided anew.
    @Test func theRecordMakesTheWorldAgain() throws {
        var shares: [[Double]] = [[], [], [], []]
        for seed in 0..<60 as Range<UInt64> {
            let run = try recorded(world(seed: seed), seed: seed)
            #expect(run.frames.count >= 290, "seed \(seed)")
            let comparison = try RunComparison(run)
            let live = try #require(comparison.live)
            let simulated = [comparison.asRecorded, comparison.asRecorded, comparison.adaptive, comparison.adaptive]
            let figures: [(LatencySummary) -> Nanoseconds] = [{ $0.mean }, { $0.p95 }, { $0.mean }, { $0.p95 }]
            for (index, figure) in figures.enumerated() {
                let share = try #require(simulated[index].latency?.difference(from: live, in: figure), "seed \(seed)")
                shares[index].append(abs(share))
                // The p95 of a run with an outage is a matter of a frame or two: those are held to by the medians below.
                if index % 2 == 0 || seed % 2 == 1 {
                    #expect(abs(share) < [0.15, 0.2, 0.35, 0.35][index], "seed \(seed), figure \(index): \(share)")
                }
            }
        }
        let medians = shares.map { $0.sorted()[$0.count / 2] }
        #expect(medians[0] < 0.03 && medians[1] < 0.06 && medians[2] < 0.06 && medians[3] < 0.1, "\(medians)")
    }

    /// Under the recorded plans each frame has the plan that it had.
    @Test func everyFrameHasItsPlanAgain() throws {
        for seed in 0..<40 as Range<UInt64> {
            let run = try recorded(world(seed: seed), seed: seed)
            var world = run.world()
            world.devices[0].moves.build = .zero
            world.devices[0].moves.activation = .zero
            var simulation = try Simulation(world: world, drivers: [.causal(RecordedPlans(run))], seed: 0)
            simulation.runToEnd()
            let frames = simulation.result.devices[0].frames
            let plans = (0..<frames.count).map { run.planSet.plans[frames.plan(of: $0)].id }
            let isSame = zip(plans, run.frames.map(\.planID)).count { $0 == $1 }
            #expect(isSame == plans.count, "seed \(seed): \(isSame)")
        }
    }

    @Test func whatMakesNoWorldIsRefused() throws {
        let frame = FrameRecord(
            frame: 3, epoch: 1, planID: "gone", answer: .planned, captured: .zero, latency: .milliseconds(1),
            stages: StageTimes(), sentBytes: 0, topClass: 0, isCorrect: nil)
        #expect(throws: RecordedRunError.noFrames) {
            try RecordedRun(planSet: madeUpPlanSet(), settings: .standard, frames: [], samples: [])
        }
        #expect(throws: RecordedRunError.unknownPlan("gone", frame: 3)) {
            try RecordedRun(planSet: madeUpPlanSet(), settings: .standard, frames: [frame], samples: [])
        }
        for error in [RecordedRunError.noFrames, .unknownPlan("a\nb", frame: 1)] {
            #expect(!error.description.contains("\n"))
        }
    }

    /// A run that never used the link has a world without one, and still its frames.
    @Test func aRunOfTheEdgeAloneNeedsNoLink() throws {
        let frames = (0..<20).map { number in
            var stages = StageTimes()
            stages.edge = .milliseconds(260)
            return FrameRecord(
                frame: number, epoch: 1, planID: "edge-only", answer: .planned,
                captured: .zero + .milliseconds(Int64(number) * 500), latency: .milliseconds(260), stages: stages,
                sentBytes: 0, topClass: 0, isCorrect: nil)
        }
        let run = try RecordedRun(planSet: madeUpPlanSet(), settings: .standard, frames: frames, samples: [])
        let comparison = try RunComparison(run)
        #expect(comparison.asRecorded.latency?.mean == .milliseconds(260) && comparison.adaptive.lost == 0)
    }
}
