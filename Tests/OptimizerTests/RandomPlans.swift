import Model
import Optimizer

/// A plan of the given costs, in nanoseconds and bytes.
func plan(
    _ id: String, bits: Int? = 8, head: Int = 1, edge: Int64 = 0, encode: Int64 = 0, bytes: Int = 0, cloud: Int64 = 0,
    result: Int = 0, memory: Int = 0, accuracy: Accuracy? = nil
) -> Plan {
    let crossing = bits.flatMap(Precision.init(bits:)).map {
        [
            TransmittedTensor(
                name: "t", elementType: .float32, shape: TensorShape([1]), precision: $0,
                range: ValueRange(low: 0, high: 1))
        ]
    }
    return Plan(
        id: id, crossing: crossing ?? [], coding: .packed, headLayers: head, edgeWork: Nanoseconds(edge),
        encodeWork: Nanoseconds(encode), transmitBytes: bytes, cloudWork: Nanoseconds(cloud), resultBytes: result,
        edgeBytes: memory, accuracy: accuracy)
}

func planSet(_ plans: [Plan]) -> PlanSet {
    PlanSet(model: ModelIdentity(name: "m", sha256: String(repeating: "0", count: 64)), plans: plans)
}

extension Plan {
    /// What a set of this plan alone values it at.
    func value(
        for window: ConditionsWindow, objective: Objective = .mean, workload: Workload = .isolated
    ) -> Double {
        planSet([self]).value(of: self, for: window, objective: objective, workload: workload)
    }
}

extension SeededGenerator {
    /// A set of two to twelve plans whose costs repeat often, so that ties occur; mostly with an edge-only plan.
    mutating func nextPlanSet() -> PlanSet {
        let count = Int.random(in: 2...12, using: &self)
        var plans = (0..<count).map { index in
            plan(
                "p\(index)", bits: [2, 8, 32].randomElement(using: &self), head: index,
                edge: 1_000_000 * Int64.random(in: 0...20, using: &self),
                encode: 100_000 * Int64.random(in: 0...3, using: &self),
                bytes: 1000 * Int.random(in: 0...20, using: &self),
                cloud: 1_000_000 * Int64.random(in: 0...10, using: &self),
                result: 100 * Int.random(in: 0...3, using: &self))
        }
        if Int.random(in: 0..<4, using: &self) > 0 {
            plans.append(
                plan("edge-only", bits: nil, head: count, edge: Int64.random(in: 5...60, using: &self) * 1_000_000))
        }
        return planSet(plans)
    }

    /// Valid conditions, now and then without a link.
    mutating func nextConditions() -> Conditions {
        func oneIn(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }
        return Conditions(
            uplink: oneIn(12) ? .zero : .mbps(Double.random(in: 0.1...50, using: &self)),
            downlink: oneIn(20) ? .zero : .mbps(Double.random(in: 1...50, using: &self)),
            rtt: Nanoseconds(milliseconds: Double.random(in: 0...40, using: &self)),
            edgeSlowdown: Double.random(in: 0.5...4, using: &self),
            cloudSlowdown: Double.random(in: 0.5...4, using: &self),
            cloudQueue: Nanoseconds(milliseconds: oneIn(2) ? 0 : Double.random(in: 0...10, using: &self)))
    }
}

/// The latency in seconds straight from the formula.
func dumbLatency(_ plan: Plan, _ c: Conditions) -> Double {
    let edge = plan.edgeWork.inSeconds * c.edgeSlowdown
    if plan.crossing.isEmpty { return edge }
    return edge + plan.encodeWork.inSeconds * c.edgeSlowdown + c.uplink.seconds(for: plan.transmitBytes)
        + c.rtt.inSeconds + c.cloudQueue.inSeconds + plan.cloudWork.inSeconds * c.cloudSlowdown
        + c.downlink.seconds(for: plan.resultBytes)
}

/// Whether two values in seconds are equal but for rounding; infinite only together.
func isClose(_ a: Double, _ b: Double) -> Bool {
    a == b || a.isFinite && b.isFinite && abs(a - b) <= 1e-9 * max(abs(a), abs(b)) + 1e-15
}
