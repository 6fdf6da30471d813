public import Model

/// Layers on an accelerator (the model "HWCF" of Auto-Split): convolutions cost their cycles, to the nearest
/// nanosecond; other operators are free, as in the published figures.
public struct AcceleratorCosts: CostModel {
    public let graph: LayerGraph
    public let accelerator: Accelerator
    public let formula: TileFormula

    /// - Throws: `PlanningError.notAConvolution` or `.layerTooSlow`, where a layer would take over an hour.
    public init(
        _ accelerator: Accelerator, formula: TileFormula = .corrected, of graph: LayerGraph
    ) throws(PlanningError) {
        for layer in graph.layers where layer.convolution.map({ !$0.isValid }) ?? false {
            throw .notAConvolution(layer.name)
        }
        self.graph = graph
        self.accelerator = accelerator
        self.formula = formula
        try checkTimes(site: "hwcf")
    }

    /// Zero for what is no convolution.
    public func cycles(of layer: LayerIndex, at bits: OperandBits) -> Double {
        graph.layers[layer].convolution.map { accelerator.cycles(of: $0, at: bits, formula: formula) } ?? 0
    }

    public func layerTime(_ layer: LayerIndex, at bits: OperandBits) -> Nanoseconds {
        Nanoseconds(seconds: cycles(of: layer, at: bits) / accelerator.clock)
    }
}
