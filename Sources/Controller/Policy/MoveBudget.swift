import Model

/// How many moves may still be made: a bucket that fills at the rate allowed and holds what comes in a minute, at least one.
/// Where a move presses it may run as much into debt.
struct MoveBudget: Hashable, Sendable {
    let perHour: Int
    private var tokens: Double
    private var filled: Instant?

    private var capacity: Double { max(1, Double(perHour) / 60) }

    /// - Parameter isEarned: whether the bucket begins empty.
    init(perHour: Int, isEarned: Bool = false) {
        self.perHour = perHour
        tokens = 0
        if !isEarned { tokens = capacity }
    }

    /// Moves that could be made now.
    func left(at now: Instant) -> Int { perHour > 0 ? Int(tokens(at: now) + 1e-9) : 0 }

    func hasCredit(at now: Instant) -> Bool { perHour > 0 && tokens(at: now) > -capacity }

    mutating func take(at now: Instant) {
        tokens = max(-capacity, tokens(at: now) - 1)
        filled = now
    }

    /// Begins to fill, where it has not.
    mutating func begin(at now: Instant) { filled = filled ?? now }

    private func tokens(at now: Instant) -> Double {
        guard let filled else { return tokens }
        return min(capacity, tokens + (now - filled).inSeconds * Double(perHour) / 3600)
    }
}
