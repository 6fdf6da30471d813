import Model

/// How many moves may still be made: a bucket that fills at the rate allowed and holds what comes in ten minutes, at least one.
struct MoveBudget: Hashable, Sendable {
    let perHour: Int
    private var tokens: Double
    private var filled: Instant?

    private var capacity: Double { max(1, Double(perHour) / 6) }

    init(perHour: Int) {
        self.perHour = perHour
        tokens = max(1, Double(perHour) / 6)
    }

    /// Moves that could be made now.
    func left(at now: Instant) -> Int {
        guard perHour > 0 else { return 0 }
        guard let filled else { return Int(tokens) }
        return Int(min(capacity, tokens + (now - filled).inSeconds * Double(perHour) / 3600))
    }

    mutating func take(at now: Instant) {
        if let filled { tokens = min(capacity, tokens + (now - filled).inSeconds * Double(perHour) / 3600) }
        filled = now
        tokens = max(0, tokens - 1)
    }
}
