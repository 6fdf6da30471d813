import Controller
import Model
import Optimizer
import TestSupport
import Testing

/// A device whose plan is the best by a little: whether the controller finds it worth knowing the other one better.
private func moves(uplink: Double, explorations: Int, seconds: Int = 90) throws -> [Decision] {
    var controller = SplitController(
        planSet: madeUpPlanSet(hasEdgeOnly: false),
        settings: try ControllerSettings(moveCost: .milliseconds(20), explorationsPerHour: explorations))
    // At 45 Mbit/s cloud-8 takes 68 ms and early@8 70; above that the gap grows.
    let conditions = Conditions(uplink: .mbps(uplink), downlink: .mbps(50), rtt: .milliseconds(20))
    var decisions: [Decision] = []
    var actions = controller.step(.attached(activePlan: "cloud-8", epoch: 1), at: .zero)
    for tick in 0..<(seconds * 10) {
        let now = Instant.zero + .milliseconds(Int64(tick) * 100)
        actions += controller.step(.conditions(ConditionsWindow(certain: conditions)), at: now)
        while !actions.isEmpty {
            let action = actions.removeFirst()
            switch action {
            case .prepare(_, let epoch): actions += controller.step(.prepared(epoch), at: now)
            case .activate(let epoch): actions += controller.step(.activated(epoch), at: now)
            case .record(let decision): decisions.append(decision)
            case .retire, .wake: break
            }
        }
        guard let plan = controller.activePlan, let epoch = controller.activeEpoch else { continue }
        let stages = plan.stages(under: conditions)
        actions = controller.step(
            .served([
                Served(
                    epoch: epoch, frames: 1, service: Nanoseconds(seconds: stages.total),
                    edge: Nanoseconds(seconds: stages.edge + stages.encode), cloud: Nanoseconds(seconds: stages.cloud))
            ]), at: now)
    }
    return decisions.filter { $0.kind == .moved }
}

struct ExplorationTests {
    @Test func aNearRivalIsTriedOnceAndLeft() throws {
        let moved = try moves(uplink: 45, explorations: 60)
        #expect(moved.map(\.to) == ["early@8", "cloud-8"])
        #expect(moved.first?.reason.hasPrefix("to know it better: split at early@8") == true)
    }

    @Test func aFarRivalIsNot() throws { #expect(try moves(uplink: 400, explorations: 60).isEmpty) }

    @Test func withoutABudgetNoneIs() throws { #expect(try moves(uplink: 45, explorations: 0).isEmpty) }
}
