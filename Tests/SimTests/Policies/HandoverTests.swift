import Controller
import Model
import Sim
import TestSupport
import Testing

/// An agent that holds epochs as the rules say, and complains.
private struct StrictAgent {
    var held: [Epoch: Int]
    var active: Epoch
    var draining: Set<Epoch> = []
    var asked: [Event] = []
    var complaints: [String] = []
    let plans: [Plan]

    init(_ plans: [Plan], running plan: Int, epoch: Epoch) {
        self.plans = plans
        held = [epoch: plan]
        active = epoch
    }

    mutating func perform(_ action: Action) {
        switch action {
        case .prepare(let plan, let epoch):
            if held[epoch] != nil || epoch <= (held.keys.max() ?? 0) { complaints.append("epoch \(epoch) is not new") }
            if held.contains(where: { $0.key != 0 && $0.key != active && !draining.contains($0.key) }) {
                complaints.append("two moves at a time")
            }
            held[epoch] = plans.firstIndex(of: plan)
            asked.append(.prepared(epoch))
        case .activate(let epoch):
            if held[epoch] == nil { complaints.append("activates \(epoch), which is not held") }
            asked.append(.activated(epoch))
            if active != 0 {
                draining.insert(active)
                asked.append(.drained(active))
            }
            active = epoch
        case .retire(let epoch):
            if epoch == active { complaints.append("retires what runs") }
            if epoch == 0 { complaints.append("retires the refuge") }
            held[epoch] = nil
            draining.remove(epoch)
            asked.removeAll { $0 == .prepared(epoch) || $0 == .drained(epoch) }
        case .wake, .record: complaints.append("\(action)")
        }
    }

    /// One of the answers that are under way; preparations may fail.
    ///
    /// The last frame of an old epoch may be reported before the first of the new.
    mutating func answer(using random: inout SeededGenerator) -> Event? {
        guard let index = asked.indices.randomElement(using: &random) else { return nil }
        let event = asked.remove(at: index)
        guard case .prepared(let epoch) = event, Int.random(in: 0..<5, using: &random) == 0 else { return event }
        held[epoch] = nil
        return .prepareFailed(epoch, reason: "no room")
    }
}

@Suite struct HandoverTests {
    /// Whatever is wished and however answers come: the rules hold, and in the end the last wish runs and nothing else is held.
    @Test func carriesOutTheNewestWish() {
        for seed in 0..<3000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let plans = randomPlanSet(upTo: 5, using: &random).plans
            let first = Int.random(in: plans.indices, using: &random)
            let epoch = Int.random(in: 0...3, using: &random)
            var agent = StrictAgent(plans, running: first, epoch: epoch)
            var handover = Handover(plans)
            #expect(handover.want(first).isEmpty, "seed \(seed)")
            _ = handover.take(.attached(activePlan: plans[first].id, epoch: epoch, lastEpoch: epoch))
            var wish = first
            for step in 0..<80 {
                if step < 40, Int.random(in: 0..<3, using: &random) == 0 {
                    wish = Int.random(in: plans.indices, using: &random)
                }
                for action in handover.want(wish) { agent.perform(action) }
                guard let event = agent.answer(using: &random) else { continue }
                for action in handover.take(event) { agent.perform(action) }
            }
            while let event = agent.answer(using: &random) {
                for action in handover.take(event) + handover.want(wish) { agent.perform(action) }
            }
            #expect(agent.complaints == [], "seed \(seed)")
            agent.held = agent.held.filter { $0.key != 0 || agent.active == 0 }
            #expect(agent.held == [agent.active: wish] && handover.activePlan == wish, "seed \(seed)")
            #expect(handover.activeEpoch == agent.active, "seed \(seed)")
        }
    }

    @Test func answersToOldEpochsChangeNothing() {
        let plans = madeUpPlanSet().plans
        var handover = Handover(plans)
        _ = handover.take(.attached(activePlan: nil, epoch: 0, lastEpoch: 7))
        #expect(handover.activePlan.map { plans[$0].id } == "edge-only")
        #expect(handover.want(1) == [.prepare(plans[1], 8)])
        let before = handover
        for epoch in [0, 3, 7, 9] {
            let answers = [
                Event.prepared(epoch), .activated(epoch), .prepareFailed(epoch, reason: ""), .drained(epoch),
            ]
            for event in answers {
                #expect(handover.take(event) == [] && handover == before)
            }
        }
        #expect(handover.take(.activated(8)) == [], "not asked for yet")
        #expect(handover.want(1) == [])
        #expect(handover.take(.prepared(8)) == [.activate(8)])
        #expect(handover.want(2) == [], "an activation is waited for")
        _ = handover.take(.detached)
        #expect(handover.want(2) == [])
    }
}
