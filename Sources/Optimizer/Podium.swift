/// The best two of the scores offered, in any order; of equals the lower index is better.
struct Podium {
    private(set) var best = -1
    private var value = Double.infinity
    private var runnerUp = -1
    private var runnerUpValue = Double.infinity

    func isOnPodium(_ index: Int) -> Bool { index == best || index == runnerUp }

    /// The positions, the best first.
    @inline(__always)
    func forEach(_ body: (Int) -> Void) {
        if best >= 0 { body(best) }
        if runnerUp >= 0 { body(runnerUp) }
    }

    /// The least score that cannot change the podium any more, if there is one.
    func limit(for index: Int) -> Double? {
        if runnerUp < 0 { return nil }
        if index > runnerUp { return runnerUpValue }
        return runnerUpValue < .infinity ? runnerUpValue.nextUp : nil
    }

    @inline(__always)
    mutating func offer(_ index: Int, _ score: Double) {
        if score > runnerUpValue { return }
        if best < 0 {
            (best, value) = (index, score)
        } else if score < value || (score == value && index < best) {
            (runnerUp, runnerUpValue) = (best, value)
            (best, value) = (index, score)
        } else if runnerUp < 0 || score < runnerUpValue || (score == runnerUpValue && index < runnerUp) {
            (runnerUp, runnerUpValue) = (index, score)
        }
    }

    func ranking(unit: Double) -> Ranking? {
        guard best >= 0 else { return nil }
        return Ranking(
            best: best, value: value / unit, runnerUp: runnerUp < 0 ? nil : runnerUp,
            runnerUpValue: runnerUp < 0 ? nil : runnerUpValue / unit)
    }
}
