/// A multiple-choice knapsack with two sums and a maximum: of each class one option is chosen so that
///
///     Σ cost  (+ max peak)   is least, where
///     Σ first                is at most `firstLimit`, and
///     Σ second (+ max peak)  is at most `secondLimit`;
///
/// the maximum counts in one of the two places. With the maximum fixed it is the two-dimensional multiple-choice
/// knapsack (Kellerer, Pferschy, Pisinger, "Knapsack Problems", Springer 2004, chapters 9 and 11).
struct ChoiceKnapsack {
    struct Option: Hashable {
        var cost: Int
        var first: Int
        var second: Int
        var peak: Int
        /// What the option stands for, to the caller.
        var origin: Int
    }

    enum PeakRole {
        case inCost
        case inSecond
    }

    /// Each sorted by peak, then cost, first, second; none dominates another of its class.
    private(set) var classes: [[Option]]
    private(set) var firstLimit: Int
    private(set) var secondLimit: Int
    let peakRole: PeakRole

    /// A limit of `nil` is none.
    init(classes: [[Option]], firstLimit: Int?, secondLimit: Int?, peakRole: PeakRole) {
        self.classes = classes
        self.peakRole = peakRole
        let mostFirst = classes.reduce(0) { $0 + ($1.lazy.map(\.first).max() ?? 0) }
        let mostSecond = classes.reduce(0) { $0 + ($1.lazy.map(\.second).max() ?? 0) }
        let mostPeak = peakRole == .inSecond ? classes.lazy.flatMap { $0 }.map(\.peak).max() ?? 0 : 0
        self.firstLimit = firstLimit ?? mostFirst
        self.secondLimit = secondLimit ?? mostSecond + mostPeak
        if mostFirst <= self.firstLimit { dropFirst() }
        if mostSecond + mostPeak <= self.secondLimit { dropSecond() }
        for index in classes.indices { self.classes[index] = Self.undominated(self.classes[index]) }
    }

    /// A limit that cannot bind: what it bounds need not be told apart.
    private mutating func dropFirst() {
        firstLimit = 0
        for index in classes.indices {
            for option in classes[index].indices { classes[index][option].first = 0 }
        }
    }

    private mutating func dropSecond() {
        secondLimit = 0
        for index in classes.indices {
            for option in classes[index].indices {
                classes[index][option].second = 0
                if peakRole == .inSecond { classes[index][option].peak = 0 }
            }
        }
    }

    /// An option is dominated where another of its class is no greater in anything; of equals the earliest origin
    /// remains.
    static func undominated(_ options: [Option]) -> [Option] {
        var kept: [Option] = []
        for option in options.sorted(by: precedes) {
            let isDominated = kept.contains {
                $0.cost <= option.cost && $0.first <= option.first && $0.second <= option.second
            }
            if !isDominated { kept.append(option) }
        }
        return kept
    }

    private static func precedes(_ a: Option, _ b: Option) -> Bool {
        if a.peak != b.peak { return a.peak < b.peak }
        if a.cost != b.cost { return a.cost < b.cost }
        if a.first != b.first { return a.first < b.first }
        if a.second != b.second { return a.second < b.second }
        return a.origin < b.origin
    }

    /// The objective of a choice of one option, by its position, in each class.
    func cost(of choice: [Int]) -> Int {
        zip(classes, choice).reduce(peakRole == .inCost ? peak(of: choice) : 0) { $0 + $1.0[$1.1].cost }
    }

    /// No choice costs more.
    var mostCost: Int {
        let sum = classes.reduce(0) { $0 + ($1.lazy.map(\.cost).max() ?? 0) }
        return peakRole == .inCost ? sum + (classes.lazy.flatMap { $0 }.map(\.peak).max() ?? 0) : sum
    }

    /// What the options of a choice stand for.
    func origins(of choice: [Int]) -> [Int] { zip(classes, choice).map { $0[$1].origin } }

    func peak(of choice: [Int]) -> Int { zip(classes, choice).reduce(0) { max($0, $1.0[$1.1].peak) } }

    func second(of choice: [Int]) -> Int { zip(classes, choice).reduce(0) { $0 + $1.0[$1.1].second } }

    /// The cost of a choice that keeps both limits; else `nil`.
    func admittedCost(of choice: [Int]) -> Int? {
        let first = zip(classes, choice).reduce(0) { $0 + $1.0[$1.1].first }
        let second = second(of: choice) + (peakRole == .inSecond ? peak(of: choice) : 0)
        return first <= firstLimit && second <= secondLimit ? cost(of: choice) : nil
    }
}
