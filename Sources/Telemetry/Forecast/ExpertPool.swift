/// How the experts' advice becomes one forecast.
///
/// Where s is the size of a step typical of late, an expert that was off by e octaves lost e / (e + 2 s): between 0 and 1,
/// and hardly more for a huge miss than for a large one, for what counts is how often it is near. An expert whose losses sum
/// to L has the weight prior x (least L / L)^16. The advice is pooled to a mode and not to a mean: around each expert the
/// others' weights are counted, falling linearly to nothing at 3 s, and the best supported place, moved to the mean of what
/// supports it (a step of mean shift: Comaniciu and Meer, PAMI 2002), is the forecast. Of equals the first is taken.
struct ExpertPool {
    /// In 255ths, rounded half up; of the empty lanes the most.
    typealias Losses = SIMD16<UInt8>
    /// Of at most 257 losses.
    typealias Sums = SIMD16<UInt16>

    /// Typical step, octaves.
    private let scale: Float
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
        let difference = forecasts - actual
        let error = difference.replacing(with: -difference, where: difference .< 0)
        let share = error / (error + Float(2 * scale)) * 255 + 0.5
        var losses = Losses(repeating: .max)
        for lane in 0..<Experts.count { losses[lane] = UInt8(share[lane]) }
        return losses
    }

    /// - Parameter forecasts: in octaves above the newest reading, as is the result.
    func forecast(from forecasts: Experts.Lanes) -> Float {
        let reach = 1 / (3 * scale)
        var best = (support: Float(-1), place: Float(0))
        for lane in 0..<Experts.count {
            let kernel = kernel(around: forecasts[lane], forecasts, reach)
            let support = kernel.sum()
            if support > best.support { best = (support, (kernel * forecasts).sum() / support) }
        }
        return best.place
    }

    private func kernel(around place: Float, _ forecasts: Experts.Lanes, _ reach: Float) -> Experts.Lanes {
        let difference = (forecasts - place) * reach
        let distance = difference.replacing(with: -difference, where: difference .< 0)
        let share = 1 - distance
        return weights * share.replacing(with: 0, where: share .< 0)
    }
}
