public import Model

/// A site by two figures: the most arithmetic it does in a second and the most bytes it moves.
public struct Roofline: Hashable, Sendable {
    /// Arithmetic operations a second, in units of 10^9; a multiply-accumulate is two.
    public let gigaflops: Double
    /// Bytes a second to and from memory, in units of 10^9.
    public let gigabytesPerSecond: Double

    /// - Returns: `nil` unless both figures lie between 10^-6 and 10^9.
    public init?(gigaflops: Double, gigabytesPerSecond: Double) {
        guard (1e-6...1e9).contains(gigaflops), (1e-6...1e9).contains(gigabytesPerSecond) else { return nil }
        self.gigaflops = gigaflops
        self.gigabytesPerSecond = gigabytesPerSecond
    }
}

/// The roofline model (Williams, Waterman and Patterson, "Roofline: an insightful visual performance model for
/// multicore architectures", Communications of the ACM 52(4), 2009): a computation of W operations and Q bytes of
/// traffic attains at most min(peak, bandwidth · W / Q) operations a second, so a layer takes
///
///     max(2 · MACs / peak, (weights + inputs + outputs) / bandwidth)
///
/// where each operand crosses the memory bus once, packed at its bits. Operators that only move or map values have no
/// multiply-accumulates and cost their traffic. Fewer bits save traffic, not arithmetic.
public struct RooflineCosts: CostModel {
    public let graph: LayerGraph
    public let roofline: Roofline

    /// - Throws: `PlanningError.layerTooSlow` where a layer would take over an hour.
    public init(_ roofline: Roofline, of graph: LayerGraph) throws(PlanningError) {
        self.graph = graph
        self.roofline = roofline
        try checkTimes(site: "roofline:\(roofline.gigaflops),\(roofline.gigabytesPerSecond)")
    }

    public func layerTime(_ index: LayerIndex, at bits: OperandBits) -> Nanoseconds {
        let layer = graph.layers[index]
        let tensors = Set(layer.inputs).union(layer.outputs)
        let activations = tensors.reduce(0) { $0.saturatingSum(Self.bytes(of: graph.tensors[$1], bits.activations)) }
        let weights = Self.bytes(layer.parameters, unquantised: layer.parameterBytes, bits.weights)
        let arithmetic = 2 * Double(layer.macs) / roofline.gigaflops
        let traffic = Double(weights.saturatingSum(activations)) / roofline.gigabytesPerSecond
        return Nanoseconds(seconds: max(arithmetic, traffic) / 1e9)
    }

    /// Only floating-point values are quantised.
    private static func bytes(of tensor: Tensor, _ bits: Int) -> Int {
        let isQuantised = tensor.elementType == .float32
        return bytes(tensor.elementCount, unquantised: tensor.byteCount, isQuantised ? bits : 32)
    }

    private static func bytes(_ elements: Int, unquantised: Int, _ bits: Int) -> Int {
        guard bits < 32 else { return unquantised }
        let (product, overflow) = elements.multipliedReportingOverflow(by: bits)
        return overflow ? .max : product.saturatingSum(7) / 8
    }
}
