import Model
import Optimizer
import TestSupport
import Testing

@Suite struct RooflineCostsTests {
    private func oneLayer(
        macs: Int, parameters: Int = 1000, type: ElementType = .float32
    ) throws -> LayerGraph {
        try LayerGraph(
            layers: [
                Layer(
                    name: "only", kind: "Gemm", inputs: [0], outputs: [1], parameters: parameters,
                    parameterBytes: parameters * 4, macs: macs)
            ],
            tensors: ["x", "y"].map { Tensor(name: $0, elementType: type, shape: TensorShape([100])) }, inputs: [0],
            outputs: [1])
    }

    /// By hand: 50 GFLOP/s and 10 GB/s; 1000 weights and 200 values are 4800 bytes in float.
    @Test(arguments: [
        (0, 32, 480), (12_000, 32, 480), (12_001, 32, 480), (25_000, 32, 1000), (0, 8, 120), (25_000, 8, 1000),
        (0, 1, 15),
    ])
    func theSlowerOfArithmeticAndTraffic(macs: Int, bits: Int, nanoseconds: Int64) throws {
        let roofline = try #require(Roofline(gigaflops: 50, gigabytesPerSecond: 10))
        let costs = try RooflineCosts(roofline, of: oneLayer(macs: macs))
        #expect(costs.layerTime(0, at: OperandBits(bits)) == Nanoseconds(nanoseconds))
    }

    @Test func weightsAndActivationsHaveTheirOwnBits() throws {
        let roofline = try #require(Roofline(gigaflops: 1, gigabytesPerSecond: 1))
        let costs = try RooflineCosts(roofline, of: oneLayer(macs: 0))
        #expect(costs.layerTime(0, at: OperandBits(weights: 4, activations: 8)) == Nanoseconds(500 + 200))
        let integers = try RooflineCosts(roofline, of: oneLayer(macs: 0, type: .int64))
        #expect(integers.layerTime(0, at: OperandBits(weights: 4, activations: 8)) == Nanoseconds(500 + 1600))
    }

    /// Against the definition: the time is the larger of the two bounds, and it does not fall as bits grow.
    @Test func isTheRooflineOnRandomGraphs() throws {
        for seed in 0..<1000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let graph = try randomGraph(layerCount: 8, seed: UInt64(seed))
            let roofline = try #require(
                Roofline(
                    gigaflops: .random(in: 0.001...2, using: &random),
                    gigabytesPerSecond: .random(in: 0.001...2, using: &random)))
            let costs = try RooflineCosts(roofline, of: graph)
            for (index, layer) in graph.layers.enumerated() {
                var earlier = Nanoseconds.zero
                for bits in 1...32 {
                    let time = costs.layerTime(index, at: OperandBits(bits))
                    var bytes = (layer.parameters * bits + 7) / 8
                    for tensor in layer.inputs + layer.outputs {
                        bytes += (graph.tensors[tensor].elementCount * bits + 7) / 8
                    }
                    let peak = Double(layer.macs) * 2 / roofline.gigaflops
                    let expected = max(peak, Double(bytes) / roofline.gigabytesPerSecond)
                    #expect(abs(Double(time.count) - expected) <= 0.51, "seed \(seed), layer \(index), \(bits) bits")
                    #expect(time >= earlier, "seed \(seed), layer \(index), \(bits) bits")
                    earlier = time
                }
            }
        }
    }

    @Test func figuresOutOfBoundsAreRefused() {
        for (gigaflops, bandwidth) in [(0, 1), (1, 0), (-1, 1), (.infinity, 1), (1, .nan), (1e10, 1), (1, 1e-7)] {
            #expect(Roofline(gigaflops: gigaflops, gigabytesPerSecond: bandwidth) == nil)
        }
    }

    @Test func aSiteTooSlowToSumIsRefused() throws {
        let slow = try #require(Roofline(gigaflops: 1e-6, gigabytesPerSecond: 1))
        let graph = try oneLayer(macs: 1 << 40)
        #expect(throws: PlanningError.layerTooSlow("only", site: "roofline:1e-06,1.0")) {
            try RooflineCosts(slow, of: graph)
        }
        #expect(throws: PlanningError.layerTooSlow("only", site: "roofline:1e-06,1.0")) {
            try RooflineCosts(slow, of: oneLayer(macs: .max, parameters: 1 << 60))
        }
    }
}
