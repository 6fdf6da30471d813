public import Model

/// A plan with made-up costs. Times in milliseconds; nothing is sent where `bytes` is `nil`.
public func madeUpPlan(
    _ id: String, head: Int, edge: Int64, bytes: Int?, cloud: Int64 = 0, encode: Int64 = 0
) -> Plan {
    let crossing = bytes.map {
        TransmittedTensor(
            name: id, elementType: .float32, shape: TensorShape([1, $0]), precision: .eightBits,
            range: ValueRange(low: 0, high: 1))
    }
    return Plan(
        id: id, crossing: crossing.map { [$0] } ?? [], coding: .packed, headLayers: head,
        edgeWork: .milliseconds(edge), encodeWork: .milliseconds(encode), transmitBytes: bytes ?? 0,
        cloudWork: .milliseconds(cloud), resultBytes: bytes == nil ? 0 : 40, edgeBytes: 0)
}

private let madeUpModel = ModelIdentity(name: "made-up", sha256: String(repeating: "0", count: 64))

/// Five plans for a slow edge: the more the edge does, the less is sent.
public func madeUpPlanSet(hasEdgeOnly: Bool = true) -> PlanSet {
    let plans = [
        madeUpPlan("cloud-8", head: 0, edge: 0, bytes: 150_000, cloud: 20, encode: 1),
        madeUpPlan("early@8", head: 3, edge: 25, bytes: 40_000, cloud: 17, encode: 1),
        madeUpPlan("mid@8", head: 6, edge: 50, bytes: 10_000, cloud: 12, encode: 1),
        madeUpPlan("mid@4", head: 6, edge: 50, bytes: 5_000, cloud: 13, encode: 2),
    ]
    let alone = madeUpPlan("edge-only", head: 10, edge: 130, bytes: nil)
    return PlanSet(model: madeUpModel, plans: hasEdgeOnly ? plans + [alone] : plans)
}

/// One to `count` plans of random costs; half the sets can run on the edge alone.
public func randomPlanSet(upTo count: Int, using random: inout SeededGenerator) -> PlanSet {
    let hasEdgeOnly = Bool.random(using: &random)
    var plans = (0..<Int.random(in: 1...count, using: &random)).map { index in
        madeUpPlan(
            "p\(index)", head: index, edge: .random(in: 0...200, using: &random),
            bytes: .random(in: 0...200_000, using: &random), cloud: .random(in: 0...50, using: &random),
            encode: .random(in: 0...3, using: &random))
    }
    if hasEdgeOnly {
        plans.append(madeUpPlan("edge-only", head: count, edge: .random(in: 20...400, using: &random), bytes: nil))
    }
    return PlanSet(model: madeUpModel, plans: plans)
}

/// Conditions of every sort: good, slow, and sometimes an outage.
public func randomConditions(using random: inout SeededGenerator) -> Conditions {
    let isOut = Int.random(in: 0..<12, using: &random) == 0
    let uplink = isOut ? 0 : Double(Int.random(in: 1...400, using: &random)) * 1e5
    return Conditions(
        uplink: BitRate(bitsPerSecond: uplink), downlink: BitRate(bitsPerSecond: uplink),
        rtt: .milliseconds(.random(in: 0...150, using: &random)),
        edgeSlowdown: Double(Int.random(in: 10...40, using: &random)) / 10,
        cloudSlowdown: Double(Int.random(in: 10...20, using: &random)) / 10,
        cloudQueue: .milliseconds(.random(in: 0...10, using: &random)))
}
