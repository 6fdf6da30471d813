import Controller
import Model
import Optimizer
import TestSupport
import Testing

/// A link that falters in some moments of the window, which makes the split late: 34 ms, then 242. The edge alone takes 90 ms, always.
///
/// - Parameter isSlow: by the moment's position in the window and the window's number.
private func moves(
    _ objective: Objective, where isSlow: (_ moment: Int, _ window: Int) -> Bool = { ($0 + $1) % 4 == 0 }
) throws -> [Decision] {
    let planSet = PlanSet(
        model: madeUpPlanSet().model,
        plans: [
            madeUpPlan("split", head: 3, edge: 10, bytes: 15_000, cloud: 4),
            madeUpPlan("edge-only", head: 10, edge: 90, bytes: nil),
        ])
    var controller = SplitController(planSet: planSet, settings: try ControllerSettings(objective: objective))
    let fast = Conditions(uplink: .mbps(12), downlink: .mbps(12), rtt: .milliseconds(10))
    var slow = fast
    slow.uplink = .mbps(0.55)
    var decisions: [Decision] = []
    var actions = controller.step(.attached(activePlan: "split", epoch: 1), at: .zero)
    for tick in 0..<300 {
        let now = Instant.zero + .milliseconds(Int64(tick) * 100)
        let samples = (0..<32).map { isSlow($0, tick) ? slow : fast }
        actions += controller.step(.conditions(try #require(ConditionsWindow(samples: samples))), at: now)
        while !actions.isEmpty {
            switch actions.removeFirst() {
            case .prepare(_, let epoch): actions += controller.step(.prepared(epoch), at: now)
            case .activate(let epoch): actions += controller.step(.activated(epoch), at: now)
            case .record(let decision): decisions.append(decision)
            case .retire, .wake: break
            }
        }
    }
    return decisions.filter { $0.kind == .moved }
}

struct DeadlineTests {
    @Test func fewerLateFramesAreWorthALongerMean() throws {
        let falters = { (moment: Int, window: Int) in moment < 31 && (moment + window) % 4 == 0 }
        #expect(try moves(.mean, where: falters).isEmpty, "34 ms, the newest moment's")
        let moved = try moves(.deadline(.milliseconds(120)), where: falters)
        #expect(moved.map(\.to) == ["edge-only"])
        #expect(moved.first?.thresholds.objective == "deadline=120ms")
        #expect(
            moved.first?.reason.hasSuffix(
                "the edge alone predicted to lose 0.09 ms by the deadline against 30 ms here") == true,
            "\(moved.first?.reason ?? "none")")
    }

    /// Both are in time, or both late.
    @Test func ofEqualSharesTheFasterIsKept() throws {
        for deadline in [Nanoseconds.milliseconds(20), .milliseconds(500)] {
            #expect(try moves(.deadline(deadline)).isEmpty, "\(deadline)")
        }
    }

    /// What was late is seen, though the newest moments are all in time.
    @Test func theWholeWindowIsJudged() throws {
        let moved = try moves(.deadline(.milliseconds(120))) { moment, _ in moment < 8 }
        #expect(moved.map(\.to) == ["edge-only"])
        #expect(try moves(.mean) { moment, _ in moment < 20 }.isEmpty, "the mean is that of what is in force now")
    }
}
