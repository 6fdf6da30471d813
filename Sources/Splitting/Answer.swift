import Model

/// What a model answers to one sample: its first output.
struct Answer: Sendable {
    let scores: [Float]
    let topClass: Int

    /// - Throws: `SplitError.noTopClass` where the first output holds no scores.
    init(_ outputs: [TensorValue]) throws {
        guard let first = outputs.first, let topClass = first.topClass else { throw SplitError.noTopClass }
        scores = first.floats
        self.topClass = topClass
    }

    /// Ten times the decimal logarithm of the power of the reference's scores over that of the difference; at most 300.
    static func signalToNoise(of answers: [Answer], against reference: [Answer]) -> Double {
        var (signal, noise) = (0.0, 0.0)
        for (answer, wanted) in zip(answers, reference) {
            for (found, expected) in zip(answer.scores, wanted.scores) where expected.isFinite {
                let difference = found.isFinite ? Double(found) - Double(expected) : Double(expected)
                signal += Double(expected) * Double(expected)
                noise += difference * difference
            }
        }
        guard noise > signal * 1e-30 else { return 300 }
        return signal > 0 ? min(10 * (signal / noise).decimalLogarithm, 300) : -300
    }
}

extension Double {
    /// Good to what a signal-to-noise ratio needs, and the same on every machine: the exponent, and a series for the rest.
    fileprivate var decimalLogarithm: Double {
        // ln m = 2 (t + t³/3 + t⁵/5 + …), t = (m - 1) / (m + 1), converges fast for m in 1..<2.
        let t = (significand - 1) / (significand + 1)
        let series = stride(from: 41, through: 1, by: -2).reduce(0.0) { $0 * t * t + 1 / Double($1) }
        return (Double(exponent) * 0.6931471805599453 + 2 * t * series) / 2.302585092994046
    }
}
