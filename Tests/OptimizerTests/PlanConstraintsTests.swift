import Model
import Optimizer
import TestSupport
import Testing

@Suite struct PlanConstraintsTests {
    private let conditions = Conditions(uplink: .mbps(8), downlink: .mbps(8), rtt: .milliseconds(10))

    @Test func readsWhatAPersonWrites() throws {
        let read = try PlanConstraints(
            parsing:
                "memory=4MiB,sent=20KiB,distortion=0.05,loss=1%,energy=200mJ,price=40/Mframes,deadline=100ms,depth=3,edge-layers=a;b,cloud-layers=c"
        )
        #expect(
            read
                == PlanConstraints(
                    memory: 4 << 20, sent: 20 << 10, energy: 0.2, price: 40 * 1e-6, distortion: 0.05, loss: 0.01,
                    deadline: .milliseconds(100),
                    depth: 3,
                    edgeLayers: ["a", "b"], cloudLayers: ["c"]))
        #expect(try PlanConstraints(parsing: "") == PlanConstraints())
    }

    @Test func refusesWhatItCannotRead() throws {
        let unknown = #expect(throws: AssignmentError.self) { try PlanConstraints(parsing: "memry=4MiB") }
        #expect(unknown?.description == "constraint 'memry' is not known; did you mean 'memory'?")
        for text in [
            "memory=4", "deadline=", "depth=-1", "depth=x", "edge-layers=", "sent=3ms", "energy=2W", "price=3",
            "distortion=-1", "distortion=inf", "distortion=nan", "distortion=",
        ] {
            #expect(throws: AssignmentError.self, "\(text)") { try PlanConstraints(parsing: text) }
        }
        #expect(throws: ConstraintError.noSuchLayer("layer11", nearest: "layer1")) {
            try PlanConstraints(edgeLayers: ["layer11"]).check(
                randomGraph(layerCount: 3, seed: 1), Circumstances(conditions: conditions))
        }
        let graph = try randomGraph(layerCount: 3, seed: 1)
        let twice = PlanConstraints(edgeLayers: ["layer1"], cloudLayers: ["layer1"])
        #expect(throws: ConstraintError.pinnedToBoth("layer1")) {
            try twice.check(graph, Circumstances(conditions: conditions))
        }
        #expect(PlanConstraints().pins(in: graph).isEmpty)
        #expect(
            PlanConstraints(edgeLayers: ["layer0"], cloudLayers: ["layer2"]).pins(in: graph) == [.head, nil, .tail])
        for (constraint, error) in [("energy=1J", ConstraintError.noEnergyModel), ("price=1/frame", .noTariff)] {
            #expect(throws: error) {
                try PlanConstraints(parsing: constraint).check(
                    randomGraph(layerCount: 3, seed: 1), Circumstances(conditions: conditions))
            }
        }
    }

    /// Against each bound asked by itself, straight from its meaning.
    @Test func aPlanWithoutExcessKeepsToEveryBound() throws {
        let circumstances = Circumstances(
            conditions: conditions, energy: EnergyModel(compute: 5, idle: 1, radio: 1, sentByte: 2e-6),
            tariff: Tariff(sentByte: 5e-9, returnedByte: 1e-9))
        var fitting = 0
        for seed in 0..<2000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let graph = try randomGraph(layerCount: Int.random(in: 2...6, using: &random), seed: seed)
            let partition = Partition(prefix: Int.random(in: 0...graph.layers.count, using: &random), of: graph)
            let head = partition.inHead.count { $0 }
            let isAlone = partition.isEdgeOnly
            var plan = plan(
                "p", bits: isAlone ? nil : 8, head: head, edge: Int64.random(in: 0...20_000_000, using: &random),
                bytes: isAlone ? 0 : Int.random(in: 0...20_000, using: &random),
                memory: Int.random(in: 0...5000, using: &random))
            func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }
            plan.distortion = maybe(Double.random(in: 0...1, using: &random))
            let names = graph.layers.map(\.name)
            let constraints = PlanConstraints(
                memory: maybe(Int.random(in: 1...5000, using: &random)),
                sent: maybe(Int.random(in: 0...20_000, using: &random)),
                energy: maybe(Double.random(in: 0...0.3, using: &random)),
                price: maybe(Double.random(in: 0...1e-4, using: &random)),
                distortion: maybe(Double.random(in: 0...1, using: &random)),
                deadline: maybe(.milliseconds(Int64.random(in: 5...40, using: &random))),
                depth: maybe(Int.random(in: 0...6, using: &random)), edgeLayers: maybe([names[0]]) ?? [],
                cloudLayers: maybe([names[names.count - 1]]) ?? [])
            let keeps: [PlanConstraints.Key: Bool] = [
                .memory: constraints.memory.map { plan.edgeBytes <= $0 } ?? true,
                .sent: constraints.sent.map { plan.transmitBytes <= $0 } ?? true,
                .energy: constraints.energy.map { dumbEnergy(plan) <= $0 } ?? true,
                .price: constraints.price.map { Double(plan.transmitBytes) * 5e-9 <= $0 } ?? true,
                .distortion: constraints.distortion.map { bound in plan.distortion.map { $0 <= bound } ?? false }
                    ?? true,
                .deadline: constraints.deadline.map { dumbLatency(plan, conditions) <= $0.inSeconds + 1e-12 } ?? true,
                .depth: constraints.depth.map { isAlone || head >= $0 } ?? true,
                .edgeLayers: constraints.edgeLayers.isEmpty || partition.inHead[0],
                .cloudLayers: constraints.cloudLayers.isEmpty || !partition.inHead[names.count - 1],
            ]
            let broken = constraints.excesses(of: plan, partition, in: graph, at: circumstances)
            #expect(broken.map(\.key) == PlanConstraints.Key.allCases.filter { keeps[$0] == false }, "seed \(seed)")
            if broken.isEmpty { fitting += 1 }
        }
        #expect(fitting > 100 && fitting < 1900)
    }

    /// 5 W of computing, 1 W of sending and of waiting, 2 µJ a byte; nothing comes back here.
    private func dumbEnergy(_ plan: Plan) -> Double {
        let edge = 5 * plan.edgeWork.inSeconds
        return plan.isEdgeOnly
            ? edge
            : edge + Double(plan.transmitBytes) * (8 / 8e6 + 2e-6) + conditions.rtt.inSeconds
    }

    @Test func blamesTheBoundThatIsRelaxedLeast() throws {
        let answer = try #require(
            NoPlanFits([
                ("far", [(.memory, 0.5)]), ("both", [(.memory, 0.05), (.sent, 0.05)]), ("near", [(.deadline, 0.2)]),
            ]))
        #expect(answer.binding == .deadline && answer.relaxation == 0.2)
        #expect(answer.nearest == "both" && answer.misses == [.memory: 0.05, .sent: 0.05])
        #expect(answer.description.contains("'deadline' binds: relaxed by 20.0 %"))
        #expect(NoPlanFits([("far", [(.memory, 586.9)])])?.description.contains("587 times itself") == true)
        #expect(NoPlanFits([]) == nil)
        let several = try #require(NoPlanFits([("one", [(.memory, 1), (.sent, 1)])]))
        #expect(several.binding == nil && several.description.contains("more than one"))
    }
}
