/// The Lagrangian dual: the multipliers whose bound is greatest.
///
/// The bound is concave and piecewise linear in the multipliers; each choice of options is one affine function above
/// it. In one multiplier the maximum is found by cutting lines: two choices on either side of the limit give two lines,
/// the choice that is least where they meet replaces one of them or proves the meeting point best (Handler and Zang, "A
/// dual algorithm for the constrained shortest path problem", Networks 10, 1980). For two multipliers the same is done
/// for the second over the maxima in the first; the slope there is that of the mixture of the two choices that keeps
/// the first limit with equality.
///
/// Any multipliers give a valid bound, so stopping early costs tightness only. Multipliers are never quite zero: where
/// many choices cost the same, as where a layer takes its time whatever the bits, the least price tells apart which of
/// them comes near the limits. That costs a share of 10^-11 of the bound's span.
struct LagrangianDual {
    let relaxation: ChoiceRelaxation
    /// No better bound is sought once this is passed.
    let target: Double
    /// Told of every choice that keeps both limits.
    private let offer: (LagrangianPoint, [Int]) -> Void
    private let typical: Multipliers
    private let least: Multipliers
    private var choice: [Int]
    private(set) var best: LagrangianPoint
    private(set) var steps = 0

    private static let mostRounds = 40

    init(
        _ relaxation: ChoiceRelaxation, target: Double, offer: @escaping (LagrangianPoint, [Int]) -> Void
    ) {
        self.relaxation = relaxation
        self.target = target
        self.offer = offer
        typical = relaxation.typicalPrices
        least = Multipliers(first: typical.first * 1e-11, second: typical.second * 1e-11)
        choice = [Int](repeating: 0, count: relaxation.classCount)
        best = relaxation.minimise(at: least, into: &choice)
        consider(best)
    }

    private var isPassed: Bool { best.bound > target }

    mutating func maximise() {
        guard !isPassed, best.first > relaxation.firstLimit || best.second > relaxation.secondLimit else { return }
        var low = ridge(at: least.second, guess: 0)
        guard low.slope > 0, !isPassed else { return }
        var mu = typical.second
        var high = ridge(at: mu, guess: low.lambda)
        for _ in 0..<Self.mostRounds where high.slope > 0 && !isPassed {
            low = high
            mu *= 8
            high = ridge(at: mu, guess: low.lambda)
        }
        guard high.slope <= 0 else { return }
        for _ in 0..<Self.mostRounds where !isPassed && low.slope > high.slope {
            let meeting =
                (high.value - low.value + low.slope * low.mu - high.slope * high.mu) / (low.slope - high.slope)
            guard meeting > low.mu, meeting < high.mu else { return }
            let line = low.value + low.slope * (meeting - low.mu)
            let middle = ridge(at: meeting, guess: (low.lambda + high.lambda) / 2)
            if middle.value >= line - abs(line) * 1e-12 { return }
            if middle.slope > 0 { low = middle } else { high = middle }
        }
    }

    /// The maximum in the first multiplier for one value of the second.
    private struct Ridge {
        var lambda: Double
        var mu: Double
        var value: Double
        /// A supergradient in the second multiplier.
        var slope: Double
    }

    private mutating func ridge(at mu: Double, guess: Double) -> Ridge {
        var low = point(least.first, mu)
        if low.first <= relaxation.firstLimit { return ridge(low, low, least.first) }
        var lambda = guess > 0 ? guess : typical.first
        var high = point(lambda, mu)
        for _ in 0..<Self.mostRounds where high.first > relaxation.firstLimit && !isPassed {
            low = high
            lambda *= 8
            high = point(lambda, mu)
        }
        guard high.first <= relaxation.firstLimit else { return ridge(high, high, 0) }
        for _ in 0..<Self.mostRounds where !isPassed {
            let meeting = (price(high, mu) - price(low, mu)) / Double(low.first - high.first)
            guard meeting > low.multipliers.first, meeting < high.multipliers.first else { break }
            let line = price(low, mu) + meeting * Double(low.first - relaxation.firstLimit)
            let middle = point(meeting, mu)
            let value = price(middle, mu) + meeting * Double(middle.first - relaxation.firstLimit)
            if value >= line - abs(line) * 1e-13 {
                return ridge(low, high, meeting)
            }
            if middle.first > relaxation.firstLimit { low = middle } else { high = middle }
        }
        return ridge(low, high, high.multipliers.first)
    }

    /// Mixes the two choices so that the first limit is just met.
    private func ridge(_ low: LagrangianPoint, _ high: LagrangianPoint, _ lambda: Double) -> Ridge {
        let span = Double(low.first - high.first)
        let share = span > 0 ? Double(relaxation.firstLimit - high.first) / span : 1
        let slope =
            share * Double(low.second - relaxation.secondLimit) + (1 - share)
            * Double(high.second - relaxation.secondLimit)
        let mu = high.multipliers.second
        let value = price(high, mu) + lambda * Double(high.first - relaxation.firstLimit)
        return Ridge(lambda: lambda, mu: mu, value: value, slope: slope)
    }

    /// The part of the Lagrangian that does not depend on the first multiplier.
    private func price(_ point: LagrangianPoint, _ mu: Double) -> Double {
        Double(point.cost) + mu * Double(point.second - relaxation.secondLimit)
    }

    private mutating func point(_ lambda: Double, _ mu: Double) -> LagrangianPoint {
        let point = relaxation.minimise(at: Multipliers(first: lambda, second: mu), into: &choice)
        consider(point)
        return point
    }

    private mutating func consider(_ point: LagrangianPoint) {
        steps += 1
        if point.bound > best.bound { best = point }
        if point.first <= relaxation.firstLimit, point.second <= relaxation.secondLimit { offer(point, choice) }
    }
}

extension ChoiceRelaxation {
    /// Where to start looking for the multipliers: what the costs span over what each limited sum spans; zero where it
    /// does not depend on the choice.
    fileprivate var typicalPrices: Multipliers {
        var (cost, first, second) = (1.0, 0.0, 0.0)
        for index in 0..<classCount {
            var low = options[starts[index]]
            var high = low
            for option in options[starts[index]..<starts[index + 1]] {
                (low.cost, high.cost) = (min(low.cost, option.cost), max(high.cost, option.cost))
                (low.first, high.first) = (min(low.first, option.first), max(high.first, option.first))
                (low.second, high.second) = (min(low.second, option.second), max(high.second, option.second))
            }
            cost += Double(high.cost - low.cost)
            first += Double(high.first - low.first)
            second += Double(high.second - low.second)
        }
        return Multipliers(first: first > 0 ? cost / first : 0, second: second > 0 ? cost / second : 0)
    }
}
