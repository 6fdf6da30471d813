public import Model

/// Which loss of accuracy is held against the limit.
///
/// The estimate is the loss on the samples: with 128 of them a plan that errs no more than the whole model passes any limit, one
/// that loses two passes 1.6 %. The upper bound is the end of its interval (`Accuracy.dropInterval`), so that a plan passes
/// only if its loss is shown to be small. That is the safer choice and asks for more samples than most people have: at 95 % it
/// refuses even a plan without any error below 276 samples at a limit of 1 %. So the estimate is the default, and
/// the interval is shown beside it.
public enum DropJudgement: Sendable { case estimate, upperBound }

extension Accuracy {
    func drop(from reference: Accuracy, _ judgement: DropJudgement) -> Double {
        if judgement == .upperBound, let interval = dropInterval { return interval.high }
        if let topOne, let referenceTopOne = reference.topOne { return referenceTopOne - topOne }
        return reference.agreement - agreement
    }
}

/// How plans are compared in what their answers are worth.
public enum Fidelity: Sendable {
    /// Accuracy is not known yet: the fewest bits that any quantised tensor crosses at stand for it, and the fewest
    /// bits that a layer of the head has its weights at; edge-only is exact.
    case bits
    /// Every plan given is accurate enough: all are worth the same.
    case accepted
    /// Less loss against this accuracy of the whole model is worth more.
    case measured(reference: Accuracy)
}

extension [Plan] {
    /// The plans that no other dominates, in their order here. One dominates another when it is no worse in edge time with
    /// encoding, bytes sent, cloud time, bytes returned, edge memory, bytes to move there and fidelity; of plans equal in all of them the faster
    /// remains, then the one whose id comes first. Edge-only and cloud-only plans always remain: fallback and baselines.
    ///
    /// Times are measured, hence noisy. With a tolerance they are compared by boxes: each octave is divided in ⌈1 / tolerance⌉
    /// equal steps, and times of one step are equal (box dominance: Laumanns, Thiele, Deb, Zitzler, "Combining convergence
    /// and diversity in evolutionary multiobjective optimization", Evolutionary Computation 10(3), 2002). Boxes keep the
    /// relation transitive, so the result does not depend on the order of the plans; for each plan removed one remains
    /// whose times are at most `1 + tolerance` times as long and that is no worse in the rest.
    ///
    /// - Parameter timeTolerance: relative, 0…1; 0.01 is one percent.
    /// - Complexity: O(n log n + n · kept): sort-filter skyline (Chomicki, Godfrey, Gryz, Liang, ICDE 2003), in which no plan
    ///   is dominated by a later one.
    public func undominated(fidelity: Fidelity, timeTolerance: Double = 0) -> [Plan] {
        precondition((0...1).contains(timeTolerance), "a tolerance is a share")
        let steps = timeTolerance > 0 ? (1 / timeTolerance).rounded(.up) : nil
        let costs = map { DominanceCosts($0, fidelity, steps) }
        let order = indices.sorted { (a, b) in
            if costs[a].values != costs[b].values { return costs[a].values.lexicographicallyPrecedes(costs[b].values) }
            return (self[a].time, self[a].id) < (self[b].time, self[b].id)
        }
        var front: [Int] = []
        var isKept = [Bool](repeating: false, count: count)
        for index in order {
            let isDominated = front.contains { costs[$0].isNoWorse(than: costs[index]) }
            if !isDominated { front.append(index) }
            isKept[index] = !isDominated || self[index].isEdgeOnly || self[index].isCloudOnly
        }
        return indices.filter { isKept[$0] }.map { self[$0] }
    }

    /// The plans whose measured accuracy is at most `maxAccuracyDrop` (a share, 0…1) below the reference, and edge-only
    /// in floats, which computes what the reference computes. Labels decide where both have them, else agreement with the reference's own.
    /// A plan that was not measured has not shown its accuracy and is left out.
    ///
    /// - Parameter judgement: which drop is compared with the limit; see `DropJudgement`.
    public func filtered(
        maxAccuracyDrop: Double, reference: Accuracy, judgement: DropJudgement = .estimate
    ) -> [Plan] {
        filter { plan in
            if plan.isEdgeOnly && plan.headPrecision == nil { return true }
            guard let accuracy = plan.accuracy else { return false }
            // Shares are quotients of counts: a drop that is the limit but for rounding is within it.
            return accuracy.drop(from: reference, judgement) <= maxAccuracyDrop + 1e-9
        }
    }
}

extension Plan {
    fileprivate var time: Double { Double(edgeWork.count) + Double(encodeWork.count) + Double(cloudWork.count) }

    fileprivate var fidelityBits: Int {
        isEdgeOnly ? .max : crossing.map(\.precision.bits).min() ?? Precision.unquantised.bits
    }

    /// The fewest bits that a layer of the head has its weights at.
    fileprivate var headFidelityBits: Int {
        guard let headPrecision else { return Precision.unquantised.bits }
        return headPrecision.layers.values.reduce(headPrecision.weights) { min($0, $1) }.bits
    }
}

/// What dominance compares, less being better in each.
private struct DominanceCosts {
    /// Boxes of edge and cloud time, bytes sent and returned, edge memory, bytes to move, and the fidelity of what crosses and of the head,
    /// turned round.
    let values: [Double]

    init(_ plan: Plan, _ fidelity: Fidelity, _ steps: Double?) {
        let loss: [Double] =
            switch fidelity {
            case .bits: [-Double(plan.fidelityBits), -Double(plan.headFidelityBits)]
            case .accepted: []
            case .measured(let reference): [plan.accuracy?.drop(from: reference, .estimate) ?? 1]
            }
        values =
            [
                Self.box(Double(plan.edgeWork.count) + Double(plan.encodeWork.count), steps),
                Self.box(Double(plan.cloudWork.count), steps),
                Double(plan.transmitBytes), Double(plan.resultBytes), Double(plan.edgeBytes),
                Double(plan.moveBytes ?? 0),
            ] + loss
    }

    func isNoWorse(than other: Self) -> Bool { zip(values, other.values).allSatisfy { $0 <= $1 } }

    /// The lower end of the box that holds `time`: exact, with the same result on every machine.
    private static func box(_ time: Double, _ steps: Double?) -> Double {
        guard let steps, time > 0 else { return time }
        let step = ((time.significand - 1) * steps).rounded(.down)
        return Double(sign: .plus, exponent: time.exponent, significand: 1 + step / steps)
    }
}
