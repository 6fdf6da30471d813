internal import Model

/// What is believed of the moment after the newest reading.
///
/// Let b be the belief, f the forecast, and let two values be near each other where they differ by no more than
/// `changeFactor`.
/// - f near b: f.
/// - The newest reading is off, that is not near the belief before it, and readings that were off have not mostly been
///   changes: b. So a fluke is not believed for a moment, unless the link has shown that what looks like one is none.
/// - Else f, held between b and the newest reading. So a forecast that lags after a step is not believed either.
///
/// A reading that was off proves a change where the next is nearer to it than to the belief before it, in logarithms,
/// and a fluke otherwise. All those held count alike; where they are even, they are taken for flukes.
extension MetricTrack {
    /// - Returns: `nil` before the first reading.
    func outlook() -> Double? {
        guard beliefs.count > 0 else { return nil }
        let last = beliefs.count - 1
        let belief = beliefs[last].value
        guard belief > 0, let forecast = forecaster?.value else { return belief }
        if isNear(forecast, belief) { return forecast }
        if changesLessFlukes <= 0, isOff(at: last) { return belief }
        let reading = beliefs[last].reading
        return min(max(forecast, min(belief, reading)), max(belief, reading))
    }

    /// What the reading after the one at `index` made of that; only what is weighty counts, and no outage.
    func verdict(at index: Int) -> Verdict {
        let (former, reading, next) = (beliefs[index - 1].value, beliefs[index], beliefs[index + 1])
        guard former > 0, reading.reading > 0, next.reading > 0, isOff(at: index),
            reading.weight >= changeWeight, next.weight >= changeWeight,
            next.time - beliefs[index - 1].time < Self.longestGap
        else { return .none }
        let isAbove = next.reading * next.reading > former * reading.reading
        return isAbove == (reading.reading > former) ? .change : .fluke
    }

    private func isOff(at index: Int) -> Bool {
        index > 0 && !isNear(beliefs[index].reading, beliefs[index - 1].value)
    }

    private func isNear(_ value: Double, _ belief: Double) -> Bool {
        value <= belief * changeFactor && value * changeFactor >= belief
    }
}
