import Model

/// When one device captures its frames, as `Arrivals` says.
struct ArrivalProcess: Sendable {
    private let arrivals: Arrivals
    private let start: Int64
    private var random: SeededGenerator
    private var number: Int64 = 0
    private var last: Double = 0

    init(_ arrivals: Arrivals, start: Nanoseconds, random: SeededGenerator) {
        self.arrivals = arrivals
        self.start = start.count
        self.random = random
    }

    /// Frames that come at the start, where answers bring the others.
    var inFlight: Int? {
        if case .closedLoop(let inFlight, _) = arrivals { inFlight } else { nil }
    }

    /// From an answer to the next capture, where answers bring it; so long that time goes on even where nothing takes any.
    var think: Nanoseconds? {
        if case .closedLoop(_, let think) = arrivals { max(think, .microseconds(1)) } else { nil }
    }

    /// How many a run of a length brings, about and rather more.
    func expectedCount(within duration: Nanoseconds) -> Int {
        func rounds(of every: Nanoseconds) -> Double { Double(duration.count / every.count) + 1 }
        switch arrivals {
        case .periodic(let every): return Int(rounds(of: every))
        case .poisson(let rate):
            let mean = duration.inSeconds * rate
            return Int(mean + 4 * mean.squareRoot()) + 1
        case .bursts(let size, _, let every): return Int(min(rounds(of: every) * Double(size), 1e15))
        case .recorded(let times): return times.count
        case .closedLoop: return 0
        }
    }

    /// The next capture; `nil` where there is none, or answers bring it.
    @inline(__always)
    mutating func next() -> Int64? {
        if case .periodic(let every) = arrivals {
            number += 1
            return start + (number - 1) * every.count
        }
        return nextOfOthers()
    }

    private mutating func nextOfOthers() -> Int64? {
        defer { number += 1 }
        switch arrivals {
        case .periodic, .closedLoop: return nil
        case .poisson(let rate):
            last += random.exponential() / rate
            return start + Nanoseconds(seconds: min(last, 1e9)).count
        case .bursts(let size, let spacing, let every):
            let (burst, place) = number.quotientAndRemainder(dividingBy: Int64(size))
            return start + burst * every.count + place * spacing.count
        case .recorded(let times):
            return number < times.count ? start + times[Int(number)].count : nil
        }
    }
}
