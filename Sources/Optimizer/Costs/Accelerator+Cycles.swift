public import Model

extension Accelerator {
    /// Cycles of one convolution, in which a tile's transfer hides behind the arithmetic of another:
    ///
    ///     dma · (weights) · b_w / 8
    ///       + sum over tiles of max( dma · n_c · n_w · n_h · b_a / 8,  ceil(C_out / f) · h · ceil(b_a / 8) + p )
    ///
    /// with n the tile's extents, f its filters, h and w the rows and columns of outputs it yields, and p zero for the
    /// first channels, C_out · w · ceil(h / add) for others, whose sums are added to those before. A tile of the plane
    /// begins kernel - 1 before its step, but for the first, and is at most a step long. Padding is not modelled.
    /// Arithmetic units are of 8 bits: narrower operands save transfer only. A grouped convolution is its groups one
    /// after another.
    ///
    /// Tiles along an axis are of at most three extents, so they are counted instead of visited.
    ///
    /// - Complexity: constant.
    /// - Precondition: the convolution is valid.
    public func cycles(
        of convolution: Convolution, at bits: OperandBits, formula: TileFormula = .corrected
    ) -> Double {
        precondition(convolution.isValid, "a convolution's groups divide its channels")
        let kernel = convolution.kernel
        let heights = TileRun.runs(along: convolution.input.height, step: tile.height, overlap: kernel.height - 1)
        let widths = TileRun.runs(along: convolution.input.width, step: tile.width, overlap: kernel.width - 1)
        let channels = convolution.inputChannels / convolution.groups
        let depths = TileRun.runs(along: channels, step: tile.channels, overlap: 0)
        var sum = 0.0
        for height in heights {
            for width in widths {
                for depth in depths {
                    let one = tileCycles(
                        of: convolution, height: height.extent, width: width.extent, depth: depth, bits.activations,
                        formula)
                    sum += one * Double(height.count) * Double(width.count) * Double(depth.count)
                }
            }
        }
        let weights = cyclesPerByte * Double(convolution.weightCount) * Double(bits.weights) / 8
        return weights + sum * Double(convolution.groups)
    }

    private func tileCycles(
        of convolution: Convolution, height: Int, width: Int, depth: TileRun, _ bits: Int, _ formula: TileFormula
    ) -> Double {
        let (kernel, stride) = (convolution.kernel, convolution.stride)
        let transfer = cyclesPerByte * Double(depth.extent) * Double(width) * Double(height) * Double(bits) / 8
        let outputs = convolution.outputChannels / convolution.groups
        let rows = formula.rows(tile: height, kernel: kernel.height, stride: stride.height)
        let columns = TileFormula.corrected.rows(tile: width, kernel: kernel.width, stride: stride.width)
        var arithmetic = outputs.dividedRoundingUp(by: tile.filters) * rows * bits.dividedRoundingUp(by: 8)
        if !depth.isFirst { arithmetic += outputs * columns * rows.dividedRoundingUp(by: partialSums) }
        return max(transfer, Double(arithmetic))
    }
}

/// Equal tiles along an axis.
struct TileRun: Hashable {
    var extent: Int
    var count: Int
    /// Whether it is the tile that the axis begins with.
    var isFirst: Bool

    /// Tiles that step along an axis; each but the first begins `overlap` before its step (not before the axis) and
    /// ends where the axis does or `step` after its beginning.
    static func runs(along extent: Int, step: Int, overlap: Int) -> [TileRun] {
        let count = extent.dividedRoundingUp(by: step)
        func tile(_ position: Int) -> Int { min(step, extent - max(0, position * step - overlap)) }
        var runs = [TileRun(extent: tile(0), count: 1, isFirst: true)]
        if count > 2 { runs.append(TileRun(extent: step, count: count - 2, isFirst: false)) }
        if count > 1 { runs.append(TileRun(extent: tile(count - 1), count: 1, isFirst: false)) }
        return runs
    }
}

extension Int {
    /// - Precondition: neither is negative, and the divisor is not zero.
    func dividedRoundingUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
