/// How the experts' advice becomes one forecast.
///
/// Where s is the size of a step typical of late, an expert that was off by e octaves lost e / (e + 2 s): between 0 and
/// 1, and hardly more for a huge miss than for a large one, for what counts is how often it is near. An expert whose
/// losses sum to L has the weight prior x (least L / L)^16. The advice is pooled to a mode and not to a mean: around
/// each expert the others' weights are counted, falling linearly to nothing at 3 s, and the best supported place, moved
/// to the mean of what supports it (a step of mean shift: Comaniciu and Meer, PAMI 2002), is the forecast. Of equals
/// the first is taken.
struct ExpertPool {
    /// In 255ths, rounded half up; of the empty lanes the most.
    typealias Losses = SIMD16<UInt8>
    /// Of at most 257 losses.
    typealias Sums = SIMD16<UInt16>

    /// Typical step, octaves.
    private let scale: Float
    /// Marks the empty lanes.
    private static var empty: Losses { Losses(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .max, .max, .max, .max) }
    private let weights: Experts.Lanes
    private let leastLoss: Float

    /// - Parameters:
    ///   - losses: summed over readings.
    ///   - count: of those readings.
    init(losses: Sums, count: Int, scale: Double) {
        self.scale = Float(scale)
        let sums = Experts.Lanes(losses)
        var least = sums[0]
        for lane in 1..<Experts.count { least = min(least, sums[lane]) }
        leastLoss = least / Float(255 * max(count, 1))
        // A tenth of a loss in advance, so that the first readings do not decide.
        var weights = (least + 25.5) / (sums + 25.5)
        for _ in 0..<4 { weights *= weights }
        self.weights = weights * Experts.priors
    }

    /// The error, in octaves, that the least mean loss stands for.
    var typicalError: Double {
        let loss = Double(min(leastLoss, 0.9))
        return 2 * Double(scale) * loss / (1 - loss)
    }

    static func losses(of forecasts: Experts.Lanes, actual: Float, scale: Double) -> Losses {
        let error = (forecasts - actual).magnitude
        let share = error / (error + Float(2 * scale)) * 255 + 0.5
        // Adding 2^23 rounds to whole numbers and puts them in the low bits; one too many is taken off.
        let rounded = share + 0x1p23
        let excess = unsafeBitCast(share - (rounded - 0x1p23), to: SIMD16<UInt32>.self) &>> 31
        let whole = unsafeBitCast(rounded, to: SIMD16<UInt32>.self) &- excess
        return Losses(truncatingIfNeeded: whole) | empty
    }

    /// - Parameter forecasts: in octaves above the newest reading, as is the result.
    func forecast(from forecasts: Experts.Lanes) -> Float {
        let reach = 1 / (3 * scale)
        @inline(__always)
        func nearness(to place: Float) -> Experts.Lanes {
            (1 - ((forecasts - place) * reach).magnitude).positivePart
        }
        var support = Experts.Lanes()
        for lane in 0..<Experts.count { support += weights[lane] * nearness(to: forecasts[lane]) }
        var best = 0
        for lane in 1..<Experts.count where support[lane] > support[best] { best = lane }
        let supporters = weights * nearness(to: forecasts[best])
        return (supporters * forecasts).sum() / supporters.sum()
    }
}

/// By bits: comparisons lane by lane would cost more than all else.
extension SIMD16<Float> {
    @inline(__always)
    fileprivate var magnitude: Self {
        unsafeBitCast(unsafeBitCast(self, to: SIMD16<UInt32>.self) & 0x7fff_ffff, to: Self.self)
    }

    /// Zero in the place of what is negative.
    @inline(__always)
    fileprivate var positivePart: Self {
        let bits = unsafeBitCast(self, to: SIMD16<Int32>.self)
        return unsafeBitCast(bits & ~(bits &>> 31), to: Self.self)
    }
}
