import DataPlane
import Model
import TestSupport
import Testing

@Suite struct AgentCoreTests {
    private func check(_ world: CoreWorld, frames: Int, seed: UInt64) {
        let ledger = world.core.ledger
        #expect(ledger.captured == frames, "seed \(seed)")
        #expect(ledger.lost == 0, "seed \(seed)")
        #expect(ledger.duplicated == 0, "seed \(seed)")
        #expect(world.records.map(\.frame).sorted() == Array(0..<frames), "seed \(seed)")
        #expect(world.forgotten.sorted() == Array(0..<frames), "seed \(seed)")
        #expect(world.largestWindow <= 2, "seed \(seed)")
        for record in world.records {
            #expect(record.stages.total == record.latency, "seed \(seed), frame \(record.frame)")
            let stages = record.stages
            let all = [
                stages.edgeQueue, stages.edge, stages.encode, stages.send, stages.network, stages.workerQueue,
                stages.workerCompute, stages.returning,
            ]
            #expect(all.allSatisfy { $0 >= .zero }, "seed \(seed), frame \(record.frame)")
        }
        checkMoves(world, seed: seed)
    }

    /// Every frame belongs to the epoch that was active at its capture.
    private func checkMoves(_ world: CoreWorld, seed: UInt64) {
        var active = [(firstFrame: 0, epoch: 0)]
        for message in world.told {
            if case .activated(let epoch, let firstFrame) = message { active.append((firstFrame, epoch)) }
        }
        for record in world.records {
            let epoch = active.last { $0.firstFrame <= record.frame }?.epoch
            #expect(record.epoch == epoch, "seed \(seed), frame \(record.frame)")
        }
    }

    @Test func answersEveryFrameOnceWhateverBreaks() {
        var (alone, late, moves) = (0, 0, 0)
        for seed in 0..<1500 as Range<UInt64> {
            var world = CoreWorld(seed: seed, frames: 60, fallback: true)
            world.run()
            check(world, frames: 60, seed: seed)
            alone += world.core.ledger.fallback
            late += world.core.ledger.late
            moves += world.told.count { if case .activated = $0 { true } else { false } }
        }
        // The worlds were as troubled as they were meant to be.
        #expect(alone > 10_000)
        #expect(alone < 80_000)
        #expect(late > 20)
        #expect(moves > 1500)
    }

    @Test func answersEveryFrameOnceWithoutFallback() {
        for seed in 0..<1000 as Range<UInt64> {
            var world = CoreWorld(seed: seed, frames: 60, fallback: false)
            world.run()
            check(world, frames: 60, seed: seed)
        }
    }

    @Test func nothingFallsBackWhileNothingBreaks() {
        for seed in 0..<300 as Range<UInt64> {
            var world = CoreWorld(seed: seed, frames: 60, fallback: true, isCalm: true)
            world.run()
            check(world, frames: 60, seed: seed)
            #expect(world.core.ledger.late == 0, "seed \(seed)")
            #expect(!world.told.contains { if case .linkLost = $0 { true } else { false } }, "seed \(seed)")
        }
    }

    @Test func linkIsLostAndRestoredInTurn() {
        for seed in 0..<300 as Range<UInt64> {
            var world = CoreWorld(seed: seed, frames: 60, fallback: true)
            world.run()
            var isLost = false
            for message in world.told {
                switch message {
                case .linkLost:
                    #expect(!isLost, "seed \(seed)")
                    isLost = true
                case .linkRestored:
                    #expect(isLost, "seed \(seed)")
                    isLost = false
                default: break
                }
            }
        }
    }

    @Test func anEpochIsDrainedAfterItsLastFrame() {
        let plans = madeUpPlanSet()
        var core = AgentCore(settings: AgentCore.Settings(), edgeOnly: plans.edgeOnly!)  // The set has one.
        let other = madeUpPlan("other", head: 10, edge: 100, bytes: nil)
        let verdict = AgentCore.Verdict(topClass: 0, isCorrect: nil)
        func told(_ event: AgentCore.Event) -> [AgentMessage] {
            core.step(event, at: .zero).compactMap { if case .tell(let message) = $0 { message } else { nil } }
        }
        func effects(_ event: AgentCore.Event) -> [AgentCore.Effect] { core.step(event, at: .zero) }
        #expect(told(.order(.prepare(1, other))) == [.prepared(1)])
        #expect(told(.captured) == [])
        #expect(told(.captured) == [])
        #expect(told(.order(.activate(1))) == [.activated(1, firstFrame: 2)])
        #expect(told(.captured) == [])
        #expect(told(.answeredAlone(frame: 1, begun: .zero, verdict)) == [])
        #expect(told(.order(.retire(0))) == [])
        #expect(told(.answeredAlone(frame: 0, begun: .zero, verdict)) == [.drained(0)])
        #expect(core.plan(of: 0) != nil)
        #expect(told(.order(.activate(0))) == [.activated(0, firstFrame: 3)])
        #expect(effects(.order(.retire(1))) == [])
        #expect(effects(.answeredAlone(frame: 2, begun: .zero, verdict)).contains(.retire(1)))
        #expect(core.plan(of: 1) == nil)
    }

    @Test func ordersThatCannotBeObeyedAreAnswered() {
        var core = AgentCore(settings: AgentCore.Settings(), edgeOnly: madeUpPlanSet().edgeOnly!)  // The set has one.
        let shared = madeUpPlanSet().plans[0]
        func refusals(_ order: ControllerMessage) -> [Epoch] {
            core.step(.order(order), at: .zero).compactMap {
                if case .tell(.prepareFailed(let epoch, _)) = $0 { epoch } else { nil }
            }
        }
        #expect(refusals(.prepare(1, shared)) == [1])
        #expect(refusals(.prepare(0, shared)) == [0])
        #expect(refusals(.activate(7)) == [7])
        #expect(refusals(.retire(7)) == [])
    }

    /// A frame through the cloud on a link of 20 ms, step by step.
    @Test func whatAFrameTellsOfTheWayBack() throws {
        for (bytes, isMeasured) in [(40, false), (100_000, true)] {
            var plan = madeUpPlan("big@8", head: 3, edge: 25, bytes: 40_000, cloud: 17)
            plan.resultBytes = bytes
            var settings = AgentCore.Settings()
            settings.fixedPlan = plan
            var core = AgentCore(settings: settings, edgeOnly: madeUpPlanSet().edgeOnly!)  // The set has one.
            var samples: [Sample] = []
            func step(_ event: AgentCore.Event, at milliseconds: Int64) {
                for effect in core.step(event, at: .zero + .milliseconds(milliseconds)) {
                    if case .sample(let sample) = effect { samples.append(sample) }
                }
            }
            func moment(_ milliseconds: Int64) -> Instant { .zero + .milliseconds(milliseconds) }
            step(.start, at: 0)
            step(.headBuilt(1), at: 0)
            step(.link(1, .up), at: 0)
            step(.link(1, .prepared(1)), at: 0)
            step(.link(1, .pong(number: 1)), at: 20)
            #expect(core.activeEpoch == 1)
            step(.captured, at: 100)
            _ = core.begin(0, at: moment(100))
            let head = AgentCore.HeadTimes(begun: moment(100), headDone: moment(125), encoded: moment(126))
            step(.encoded(frame: 0, head, bytes: 40_000), at: 126)
            // On the wire: this ping waits behind the frame.
            step(.tick, at: 700)
            step(.link(1, .receipt(frame: 0)), at: 726)
            step(.link(1, .pong(number: 2)), at: 730)
            let verdict = AgentCore.Verdict(topClass: 1, isCorrect: nil)
            step(.link(1, .answer(frame: 0, queue: .milliseconds(3), compute: .milliseconds(17), verdict)), at: 826)
            func values(_ metric: Metric) -> [Double] { samples.filter { $0.metric == metric }.map(\.value) }
            #expect(values(.rtt) == [0.02] && values(.loadedRTT) == [0.03])
            #expect(values(.uplink).count == 1 && values(.cloudQueue) == [0.003])
            // 100 ms from receipt to answer, of which 20 are the worker's.
            #expect(values(.downlink) == (isMeasured ? [Double(bytes) * 8 / 0.08] : []))
        }
    }
}
