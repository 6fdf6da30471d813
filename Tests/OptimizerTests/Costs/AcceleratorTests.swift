import Model
import Optimizer
import TestSupport
import Testing

/// Every tile visited, as the formula is written.
private func cyclesTileByTile(
    _ accelerator: Accelerator, _ convolution: Convolution, _ bits: OperandBits, published: Bool
) -> Double {
    let (tile, kernel, stride) = (accelerator.tile, convolution.kernel, convolution.stride)
    func span(_ step: Int, _ begin: Int, _ extent: Int, _ kernel: Int) -> Int {
        let first = begin == 0 ? 0 : max(0, begin - (kernel - 1))
        return min(first + step, extent) - first
    }
    let (inputs, outputs) = (
        convolution.inputChannels / convolution.groups, convolution.outputChannels / convolution.groups
    )
    var sum = 0.0
    for _ in 0..<convolution.groups {
        for h in Swift.stride(from: 0, to: convolution.input.height, by: tile.height) {
            let nh = span(tile.height, h, convolution.input.height, kernel.height)
            let inner =
                published
                ? Double(nh) - Double(kernel.height) / Double(stride.height)
                : Double(nh - kernel.height) / Double(stride.height)
            let rows = nh < kernel.height ? 1 : Int(inner.rounded(.down)) + 1
            for w in Swift.stride(from: 0, to: convolution.input.width, by: tile.width) {
                let nw = span(tile.width, w, convolution.input.width, kernel.width)
                let columns = nw < kernel.width ? 1 : (nw - kernel.width) / stride.width + 1
                for c in Swift.stride(from: 0, to: inputs, by: tile.channels) {
                    let nc = min(tile.channels, inputs - c)
                    let transfer = accelerator.cyclesPerByte * Double(nc * nw * nh * bits.activations) / 8
                    var work = (Double(outputs) / Double(tile.filters)).rounded(.up) * Double(rows)
                    work *= (Double(bits.activations) / 8).rounded(.up)
                    if c > 0 {
                        work +=
                            Double(outputs * columns)
                            * (Double(rows) / Double(accelerator.partialSums)).rounded(.up)
                    }
                    sum += max(transfer, work)
                }
            }
        }
    }
    let weights = outputs * inputs * kernel.height * kernel.width * convolution.groups
    return accelerator.cyclesPerByte * Double(weights * bits.weights) / 8 + sum
}

private func randomConvolution(using random: inout SeededGenerator) -> Convolution {
    let groups = Int.random(in: 1...4, using: &random)
    func plane(_ range: ClosedRange<Int>) -> Convolution.Plane {
        .init(height: .random(in: range, using: &random), width: .random(in: range, using: &random))
    }
    return Convolution(
        inputChannels: groups * .random(in: 1...40, using: &random),
        outputChannels: groups * .random(in: 1...40, using: &random), groups: groups, kernel: plane(1...12),
        stride: plane(1...4), input: plane(1...40))
}

@Suite struct AcceleratorTests {
    @Test func countedTilesAreTheTilesVisited() {
        for seed in 0..<4000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let convolution = randomConvolution(using: &random)
            let accelerator = Accelerator(
                clock: 1,
                tile: .init(
                    height: .random(in: 1...9, using: &random), width: .random(in: 1...9, using: &random),
                    channels: .random(in: 1...20, using: &random), filters: .random(in: 1...20, using: &random)),
                cyclesPerByte: .random(in: 0.01...3, using: &random), partialSums: .random(in: 1...9, using: &random))
            let bits = OperandBits(
                weights: .random(in: 1...16, using: &random), activations: .random(in: 1...16, using: &random))
            for formula in TileFormula.allCases {
                let counted = accelerator.cycles(of: convolution, at: bits, formula: formula)
                let visited = cyclesTileByTile(accelerator, convolution, bits, published: formula == .published)
                #expect(abs(counted - visited) <= 1e-9 * visited, "seed \(seed), \(formula)")
            }
        }
    }

    /// By hand: 8 rows and 5 columns make tiles of 7 and 3 rows, 4 and 3 columns; 13 channels tiles of 12 and 1.
    @Test func aSmallConvolutionByHand() {
        let convolution = Convolution(
            inputChannels: 13, outputChannels: 8, kernel: .init(square: 3), input: .init(height: 8, width: 5))
        var unit = Accelerator.edge
        unit.cyclesPerByte = 0
        // Two blocks of filters. Rows 5 and 1, columns 2 and 1; the second channels add 8 · columns · (2 or 1).
        let first = 2 * (2 * 5) + 2 * (2 * 1)
        let partialSums = 8 * (2 + 1) * (2 + 1)
        #expect(unit.cycles(of: convolution, at: OperandBits(8)) == Double(2 * first + partialSums))
        #expect(unit.cycles(of: convolution, at: OperandBits(16)) == Double(4 * first + partialSums))
    }

    @Test func theFormulasDifferOnlyWhereTheStrideExceedsOne() {
        for seed in 0..<500 {
            var random = SeededGenerator(seed: UInt64(seed))
            var convolution = randomConvolution(using: &random)
            let bits = OperandBits(8)
            func cycles(_ formula: TileFormula) -> Double {
                Accelerator.cloud.cycles(of: convolution, at: bits, formula: formula)
            }
            #expect(cycles(.published) >= cycles(.corrected), "seed \(seed)")
            convolution.stride = .init(square: 1)
            #expect(cycles(.published) == cycles(.corrected), "seed \(seed)")
        }
    }

    @Test func bitsBelowEightSaveTransferOnly() {
        let convolution = Convolution(
            inputChannels: 64, outputChannels: 512, kernel: .init(square: 1), input: .init(square: 28))
        let weightTransfer = Accelerator.edge.cyclesPerByte * 64 * 512
        let (eight, two) = (
            Accelerator.edge.cycles(of: convolution, at: OperandBits(8)),
            Accelerator.edge.cycles(of: convolution, at: OperandBits(2))
        )
        #expect(abs(eight - two - weightTransfer * 0.75) < 1e-6)
    }

    @Test func aGroupIsAConvolutionOfItsOwn() {
        let whole = Convolution(
            inputChannels: 32, outputChannels: 64, groups: 4, kernel: .init(square: 3), input: .init(square: 14))
        let group = Convolution(
            inputChannels: 8, outputChannels: 16, kernel: .init(square: 3), input: .init(square: 14))
        let bits = OperandBits(6)
        #expect(Accelerator.edge.cycles(of: whole, at: bits) == 4 * Accelerator.edge.cycles(of: group, at: bits))
    }
}

@Suite struct AcceleratorCostsTests {
    private func graph(_ convolution: Convolution?) throws -> LayerGraph {
        try LayerGraph(
            layers: [Layer(name: "only", kind: "Conv", inputs: [0], outputs: [1], macs: 1, convolution: convolution)],
            tensors: ["x", "y"].map { Tensor(name: $0, elementType: .float32, shape: TensorShape([1])) }, inputs: [0],
            outputs: [1])
    }

    @Test func cyclesBecomeTheNearestNanosecond() throws {
        let convolution = Convolution(
            inputChannels: 64, outputChannels: 64, kernel: .init(square: 3), stride: .init(square: 2),
            input: .init(square: 56))
        let costs = try AcceleratorCosts(.edge, formula: .published, of: graph(convolution))
        let bits = OperandBits(weights: 2, activations: 8)
        let cycles = Accelerator.edge.cycles(of: convolution, at: bits, formula: .published)
        #expect(costs.cycles(of: 0, at: bits) == cycles)
        #expect(costs.layerTime(0, at: bits) == Nanoseconds(Int64((cycles / 0.2023809524).rounded())))
        #expect(try AcceleratorCosts(.edge, of: graph(nil)).layerTime(0, at: bits) == .zero)
    }

    @Test func impossibleConvolutionsAreRefused() throws {
        let plane = Convolution.Plane(square: 3)
        for convolution in [
            Convolution(inputChannels: 3, outputChannels: 4, groups: 2, kernel: plane, input: plane),
            Convolution(inputChannels: 4, outputChannels: 4, kernel: plane, stride: .init(square: 0), input: plane),
            Convolution(inputChannels: 4, outputChannels: 4, groups: 0, kernel: plane, input: plane),
            Convolution(inputChannels: -4, outputChannels: 4, kernel: plane, input: plane),
        ] {
            #expect(throws: PlanningError.notAConvolution("only")) {
                try AcceleratorCosts(.edge, of: graph(convolution))
            }
        }
        let huge = Convolution(
            inputChannels: 1 << 20, outputChannels: 1 << 20, kernel: .init(square: 1), input: .init(square: 1 << 20))
        #expect(throws: PlanningError.layerTooSlow("only", site: "hwcf")) {
            try AcceleratorCosts(.edge, of: graph(huge))
        }
    }
}
