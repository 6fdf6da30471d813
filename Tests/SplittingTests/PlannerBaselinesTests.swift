import Foundation
import Frames
import Model
import Optimizer
import Splitting
import TestSupport
import Testing

@Suite struct PlannerBaselinesTests {
    private func conditions(_ mbps: Double, edgeSlowdown: Double = 1) -> Conditions {
        Conditions(uplink: .mbps(mbps), downlink: .mbps(mbps), rtt: .milliseconds(1), edgeSlowdown: edgeSlowdown)
    }

    private let methods = ["neurosurgeon", "dads", "qdmp", "qdmp-e-u4", "qdmp-e-u8", "auto-split"]

    /// What a split of the planner's sites takes in floats, straight from the definition, its input sent at 8 bits.
    private func latency(_ planner: Planner, _ inHead: [Bool], _ conditions: Conditions) -> Double {
        let graph = planner.model.graph
        var seconds = 0.0
        for layer in graph.layers.indices {
            let (site, slowdown) =
                inHead[layer] ? (planner.edge, conditions.edgeSlowdown) : (planner.cloud, conditions.cloudSlowdown)
            seconds += site.costs.layerTime(layer, at: .unquantised).inSeconds * slowdown
        }
        guard inHead.contains(false) else { return seconds }
        for (tensor, values) in graph.tensors.enumerated() {
            let isOnEdge = graph.producer[tensor].map { inHead[$0] } ?? true
            let bytes = graph.producer[tensor] == nil ? values.elementCount : values.byteCount
            if isOnEdge, graph.consumers[tensor].contains(where: { !inHead[$0] }) {
                seconds += conditions.uplink.seconds(for: bytes)
            }
            if !isOnEdge, graph.outputs.contains(tensor) {
                seconds += conditions.downlink.seconds(for: values.byteCount)
            }
        }
        return seconds + conditions.rtt.inSeconds
    }

    @Test func everyMethodStandsBesideThePlans() throws {
        try TestFiles.withFolder { folder in
            var planner = try modelledPlanner(of: .residual, in: folder)
            let set = try planner.plan()
            let fixed = set.plans.filter { $0.isEdgeOnly || $0.isCloudOnly }.map(\.id)
            for mbps in [0.05, 1, 20, 1000] {
                for slowdown in [1, 7.0] {
                    let conditions = conditions(mbps, edgeSlowdown: slowdown)
                    let baselines = try planner.baselines(of: set, under: conditions)
                    #expect(baselines.map(\.name) == fixed + methods)
                    #expect(baselines.allSatisfy { $0.breaks.isEmpty && $0.latency.isFinite })
                    let graph = planner.model.graph
                    let prefixes = (0...graph.layers.count).map { count in
                        latency(planner, graph.layers.indices.map { $0 < count }, conditions)
                    }
                    for baseline in baselines where ["neurosurgeon", "dads", "qdmp"].contains(baseline.name) {
                        let partition =
                            baseline.crossing.isEmpty
                            ? graph.edgeOnlyCut.partition : try Partition(at: baseline.crossing, of: graph)
                        let expected = latency(planner, partition.inHead, conditions)
                        #expect(abs(baseline.latency / expected - 1) < 1e-6, "\(baseline.name) at \(mbps) Mbit/s")
                        #expect(baseline.edgeBytes == graph.edgeBytes(of: partition) && baseline.distortion == 0)
                        guard baseline.name == "neurosurgeon" else { continue }
                        #expect(abs(baseline.latency / (prefixes.min() ?? 0) - 1) < 1e-6, "\(mbps) Mbit/s")
                    }
                }
            }
        }
    }

    /// QDMP's own cut, held and sent at fewer bits: faster to send, smaller, and not exact.
    @Test func quantisingTheEdgeSavesBytesAndCostsDistortion() throws {
        try TestFiles.withFolder { folder in
            var planner = try modelledPlanner(of: .residual, edge: "roofline:1000,1", in: folder)
            let set = try planner.plan()
            let baselines = try planner.baselines(of: set, under: conditions(0.1))
            func baseline(_ name: String) throws -> BaselineLatency {
                try #require(baselines.first { $0.name == name })
            }
            let (float, eight, four) = (
                try baseline("qdmp"), try baseline("qdmp-e-u8"), try baseline("qdmp-e-u4")
            )
            #expect(float.crossing == eight.crossing && float.crossing == four.crossing && float.crossing != ["image"])
            #expect(four.latency <= eight.latency && eight.latency < float.latency)
            #expect(four.edgeBytes < eight.edgeBytes && eight.edgeBytes < float.edgeBytes)
            #expect((four.distortion ?? 0) > (eight.distortion ?? 0) && (eight.distortion ?? 0) > 0)
        }
    }

    @Test func whoBreaksABoundIsNamed() throws {
        try TestFiles.withFolder { folder in
            var planner = try modelledPlanner(of: .residual, edge: "roofline:1000,1", in: folder)
            let free = try planner.plan()
            let conditions = conditions(0.1)
            let unbounded = try planner.baselines(of: free, under: conditions)
            let qdmp = try #require(unbounded.first { $0.name == "qdmp" })
            planner.constraints.memory = qdmp.edgeBytes - 1
            let u4 = try #require(unbounded.first { $0.name == "qdmp-e-u4" }?.distortion)
            planner.constraints.distortion = u4 / 2
            let set = try planner.plan()
            for baseline in try planner.baselines(of: set, under: conditions) {
                let breaksMemory = baseline.edgeBytes > qdmp.edgeBytes - 1
                let breaksDistortion = baseline.distortion.map { $0 > u4 / 2 } ?? true
                let expected: [PlanConstraints.Key] =
                    (breaksMemory ? [.memory] : []) + (breaksDistortion ? [.distortion] : [])
                #expect(baseline.breaks == expected, "\(baseline.name)")
                switch baseline.name {
                case "dads", "qdmp": #expect(baseline.breaks == [.memory])
                case "qdmp-e-u4": #expect(baseline.breaks == [.distortion])
                case "neurosurgeon": #expect(baseline.breaks.isEmpty)
                case "auto-split": #expect(!baseline.breaks.contains(.distortion))
                default: #expect(baseline.breaks.isEmpty, "\(baseline.name) is a plan")
                }
            }
        }
    }

    @Test func badConditionsAndMissingMeasurementsAreNamed() throws {
        try TestFiles.withFolder { folder in
            var planner = try modelledPlanner(of: .residual, in: folder)
            let unmeasured = planner
            let set = try planner.plan()
            #expect(throws: PlanningError.uplinkTooSlow(.zero)) {
                try planner.baselines(of: set, under: conditions(0))
            }
            for slowdown in [-1, Double.nan, .infinity] {
                #expect(throws: ConditionsError.self, "\(slowdown)") {
                    try planner.baselines(of: set, under: conditions(1, edgeSlowdown: slowdown))
                }
            }
            #expect {
                try unmeasured.baselines(of: set, under: conditions(1))
            } throws: { error in
                guard case PlanningError.bitWidths(let place, _) = error else { return false }
                return place == "tensor 'a'"
            }
        }
    }
}

/// What a planner refuses, and how it says so.
@Suite struct PlannerInputTests {
    @Test func aListOfNoBitWidthsIsRefused() throws {
        try TestFiles.withFolder { folder in
            var planner = try modelledPlanner(of: .residual, in: folder)
            planner.precisions = []
            #expect {
                try planner.plan()
            } throws: { "\($0)".contains("what crosses a cut may have no bit widths at all; list at least one") }
        }
    }

    @Test func samplesOfAnotherShapeAreRefused() throws {
        let model = try splitModel(.residual)
        try TestFiles.withFolder { folder in
            try writeFrames(2, of: TensorShape([1, 3, 8, 9]), to: folder)
            let frames = try FrameFolder(path: folder)
            #expect {
                try SampleSet(frames, for: model.inputs[0])
            } throws: { "\($0)".contains("0.npy") }
            // Read for one model, used with another.
            let stranger = Tensor(name: "image", elementType: .float32, shape: TensorShape([1, 3, 8, 9]))
            let samples = try SampleSet(frames, for: stranger)
            let site = Site(
                costs: try RooflineCosts(#require(Roofline(gigaflops: 1, gigabytesPerSecond: 1)), of: model.graph))
            var planner = Planner(model: model, edge: site, cloud: site, samples: samples)
            let error = SplitError.samplesOfAnotherShape(
                input: "image", wanted: TensorShape([1, 3, 8, 8]), found: TensorShape([1, 3, 8, 9]))
            #expect(throws: error) { try planner.plan() }
            #expect(throws: error) { try planner.calibrateEveryCut() }
        }
    }
}
