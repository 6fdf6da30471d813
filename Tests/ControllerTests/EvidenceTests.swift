import Controller
import Model
import Telemetry
import TestSupport
import Testing

/// What is not known firmly, or no longer, decides nothing.
struct EvidenceTests {
    private func stay(on evidence: Evidence, after wait: Nanoseconds = .zero) throws -> Decision? {
        var controller = SplitController(
            planSet: madeUpPlanSet(hasEdgeOnly: true),
            settings: try ControllerSettings(moveCost: .zero, minimumConfidence: 0.01))
        _ = controller.step(.attached(activePlan: "edge-only", epoch: 0), at: .zero)
        let conditions = Conditions(uplink: .mbps(100), downlink: .mbps(100), rtt: .milliseconds(5), edgeSlowdown: 9)
        let now = Instant.zero + .seconds(20)
        var actions = controller.step(.conditions(ConditionsWindow(certain: conditions), evidence), at: now)
        if wait > .zero { actions = controller.step(.wake, at: now + wait) }
        return actions.lazy.compactMap { if case .record(let decision) = $0 { decision } else { nil } }.first
    }

    private func reading(_ confidence: Double = 0.9, age: Nanoseconds = .zero) -> MetricReading {
        MetricReading(value: 1, age: age, confidence: confidence)
    }

    @Test func firmReadingsMove() throws {
        let moving = try stay(on: Evidence(uplink: reading(), edgeSlowdown: reading(age: .seconds(2))))
        #expect(moving?.kind == .moving)
        #expect(moving?.inputs?.evidence.edgeSlowdown?.age == .seconds(2))
    }

    @Test(arguments: [
        (
            Evidence(uplink: nil, edgeSlowdown: .some(MetricReading(value: 1, age: .zero, confidence: 0.9))),
            "no reading of the uplink yet"
        ),
        (
            Evidence(uplink: MetricReading(value: 1, age: .zero, confidence: 0.9), edgeSlowdown: nil),
            "no reading of the edge's slowdown yet"
        ),
        (
            Evidence(
                uplink: MetricReading(value: 1, age: .seconds(6), confidence: 0.9),
                edgeSlowdown: MetricReading(value: 1, age: .zero, confidence: 0.9)),
            "the last reading of the uplink is 6000 ms old"
        ),
        (
            Evidence(
                uplink: MetricReading(value: 1, age: .zero, confidence: 0.002),
                edgeSlowdown: MetricReading(value: 1, age: .zero, confidence: 0.9)),
            "confidence in the uplink is 0 of 0.01 needed"
        ),
    ])
    func lacksHoldBack(_ evidence: Evidence, _ reason: String) throws {
        let decision = try stay(on: evidence)
        #expect(decision == nil || decision?.kind == .stayed)
        #expect(try stay(on: evidence)?.reason ?? reason == reason)
    }

    /// A reading ages between the look at the windows and the decision.
    @Test func readingsAge() throws {
        var controller = SplitController(planSet: madeUpPlanSet(hasEdgeOnly: true), settings: .standard)
        _ = controller.step(.attached(activePlan: "edge-only", epoch: 0), at: .zero)
        let poor = Conditions(uplink: .mbps(0.1), downlink: .mbps(1), rtt: .milliseconds(5))
        let evidence = Evidence(uplink: reading(), edgeSlowdown: reading(age: .seconds(3)))
        _ = controller.step(.conditions(ConditionsWindow(certain: poor), evidence), at: .zero + .seconds(20))
        let records = controller.step(.wake, at: .zero + .seconds(20) + .milliseconds(2_100))
        #expect(
            records.contains { action in
                guard case .record(let decision) = action else { return false }
                return decision.reason == "the last reading of the edge's slowdown is 5100 ms old"
            })
    }

    @Test func silentWindowsOfADeviceAge() {
        var device = DeviceController(
            controller: SplitController(planSet: madeUpPlanSet(hasEdgeOnly: true), settings: .standard),
            estimator: ConditionsEstimator())
        var ages: [Nanoseconds] = []
        var random = SeededGenerator(seed: 4)
        for tick in 0..<40 {
            let now = Instant.zero + .milliseconds(Int64(tick) * 250)
            if tick < 10 {
                let rate = 1e7 * (1 + 0.1 * random.nextUnit())
                _ = device.take(
                    .samples([
                        // The device's clock is an hour ahead.
                        Sample(metric: .uplink, time: now + .seconds(3600), value: rate),
                        Sample(metric: .edgeSlowdown, time: now + .seconds(3600), value: 1),
                    ]), at: now)
            }
            _ = device.take(.tick, at: now) { event in
                if case .conditions(_, let evidence) = event, let age = evidence.uplink?.age { ages.append(age) }
            }
        }
        #expect(ages.count == 40)
        #expect(ages[9] == .zero)
        #expect(ages[39] == .milliseconds(7_500))
    }
}
