internal import Model

/// When the past of a metric stops telling of its present.
///
/// - A change of rate to or from zero is an outage or its end: believed at once, for it is an event and not a
///   measurement.
/// - Two weighty readings in a row that are off by more than a factor, to one side, from the median of the up to five
///   weighty readings before them, while the last of those five was not: the new level starts with the first of the
///   two. One alone is a fluke.
/// - Three in a row, by a lesser factor.
///
/// The factors are `changeFactor`, or for two readings eight times, for three six times the step that was usual from
/// one reading to the next, in logarithms, where that is more, but 3 at most. So noise alone seldom gets that far (run
/// rules as in Western Electric's "Statistical Quality Control Handbook", 1956), and a step of factor 4 always does.
///
/// The rule looks only at readings near by, never at earlier verdicts, so it says the same whatever part of the past is
/// still held.
struct LevelRule {
    /// Readings below it count as equal to it.
    var floor: Double
    var zeroIsOutage: Bool
    var changeFactor: Double
    var changeWeight: Double

    /// How far back the next weighty reading is looked for.
    static let reach = 8
    /// The most steps that say what noise is usual, and how far back they are looked for.
    static let noiseCount = 15
    static let noiseReach = 56
    /// No noise makes a step by more than this pass for noise.
    static let largestFactor = 3.0

    typealias Beliefs = TimeOrderedRing<MetricTrack.Belief>.View

    /// The place where a level starts that the reading at `index` makes known: `index` itself, or one shortly before
    /// it.
    func levelStart(shownBy index: Int, in beliefs: Beliefs) -> Int? {
        if index > 0, isOutage(beliefs[index]) != isOutage(beliefs[index - 1]) { return index }
        guard isWeighty(beliefs[index]), let first = previousWeighty(before: index, in: beliefs),
            let usual = previousWeighty(before: first, in: beliefs)
        else { return nil }
        let reference = median(endingAt: usual, in: beliefs)
        let side = side(of: beliefs[index], from: reference, by: changeFactor)
        // Most readings end here.
        guard side != 0, self.side(of: beliefs[first], from: reference, by: changeFactor) == side else { return nil }
        func isOff(_ reading: Int, from reference: Double, by factor: Double) -> Bool {
            self.side(of: beliefs[reading], from: reference, by: factor) == side
        }
        let (two, three) = factors(
            beyondStep: usualStep(endingAt: usual, notBefore: index - Self.noiseReach, in: beliefs))
        if isOff(index, from: reference, by: two), isOff(first, from: reference, by: two),
            !isOff(usual, from: reference, by: two)
        {
            return first
        }
        guard let earlier = previousWeighty(before: usual, in: beliefs) else { return nil }
        let former = median(endingAt: earlier, in: beliefs)
        let isRun =
            isOff(index, from: former, by: three) && isOff(first, from: former, by: three)
            && isOff(usual, from: former, by: three) && !isOff(earlier, from: former, by: three)
        return isRun ? usual : nil
    }

    /// What a run of two and one of three readings must be off by, where `step` is the usual one.
    private func factors(beyondStep step: Double) -> (two: Double, three: Double) {
        let square = step * step
        let fourth = square * square
        func held(_ noise: Double) -> Double { max(changeFactor, min(noise, Self.largestFactor)) }
        return (held(fourth * fourth), held(fourth * square))
    }

    /// The upper median of the factors between one weighty reading and the next, of up to fifteen; 1 where there are
    /// none.
    private func usualStep(endingAt last: Int, notBefore limit: Int, in beliefs: Beliefs) -> Double {
        var sorted = SIMD16<Double>(repeating: .infinity)
        var (count, later) = (0, last)
        while count < Self.noiseCount, let earlier = previousWeighty(before: later, in: beliefs), earlier >= limit {
            let (a, b) = (max(beliefs[earlier].reading, floor), max(beliefs[later].reading, floor))
            let step = max(a, b) / min(a, b)
            var place = count
            while place > 0, sorted[place - 1] > step {
                sorted[place] = sorted[place - 1]
                place -= 1
            }
            sorted[place] = step
            count += 1
            later = earlier
        }
        return count > 0 ? sorted[count / 2] : 1
    }

    /// The last weighty reading before `index` that no outage and no long silence parts from it.
    @inline(__always)
    private func previousWeighty(before index: Int, in beliefs: Beliefs) -> Int? {
        var other = index - 1
        while other >= max(0, index - Self.reach), isOutage(beliefs[other]) == isOutage(beliefs[index]),
            beliefs[index].time - beliefs[other].time < MetricTrack.longestGap
        {
            if isWeighty(beliefs[other]) { return other }
            other -= 1
        }
        return nil
    }

    /// The lower median of the up to five weighty readings up to `last`.
    private func median(endingAt last: Int, in beliefs: Beliefs) -> Double {
        guard let b = previousWeighty(before: last, in: beliefs), let c = previousWeighty(before: b, in: beliefs),
            let d = previousWeighty(before: c, in: beliefs), let e = previousWeighty(before: d, in: beliefs)
        else { return medianOfFew(endingAt: last, in: beliefs) }
        return Medians.ofFive(
            beliefs[last].reading, beliefs[b].reading, beliefs[c].reading, beliefs[d].reading, beliefs[e].reading)
    }

    private func medianOfFew(endingAt last: Int, in beliefs: Beliefs) -> Double {
        var sorted = SIMD8<Double>(repeating: .infinity)
        var count = 0
        var next: Int? = last
        while let index = next, count < MetricTrack.referenceCount {
            var place = count
            while place > 0, sorted[place - 1] > beliefs[index].reading {
                sorted[place] = sorted[place - 1]
                place -= 1
            }
            sorted[place] = beliefs[index].reading
            count += 1
            next = previousWeighty(before: index, in: beliefs)
        }
        return sorted[(count - 1) / 2]
    }

    private func side(of belief: MetricTrack.Belief, from reference: Double, by factor: Double) -> Int {
        let (value, usual) = (max(belief.reading, floor), max(reference, floor))
        if value > usual * factor { return 1 }
        return value * factor < usual ? -1 : 0
    }

    @inline(__always)
    private func isWeighty(_ belief: MetricTrack.Belief) -> Bool { belief.weight >= changeWeight }
    @inline(__always)
    private func isOutage(_ belief: MetricTrack.Belief) -> Bool { zeroIsOutage && belief.reading == 0 }
}
