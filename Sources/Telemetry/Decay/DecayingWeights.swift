internal import Model

/// Weights that halve with age. They are kept relative to a reference moment, so that nothing held needs to be touched as
/// time passes: what comes a half-life after the reference counts double, and so on (forward decay: Cormode et al., ICDE
/// 2009). The reference moves on by whole half-lives, and what is held is then scaled by a power of two, which is exact.
struct DecayingWeights: Sendable {
    /// Half-lives after which the reference moves on.
    private static let span = 64.0

    let halfLife: Nanoseconds
    private var reference: Instant?

    /// - Parameter halfLife: more than zero.
    init(halfLife: Nanoseconds) {
        precondition(halfLife > .zero, "a half-life is more than zero")
        self.halfLife = halfLife
    }

    /// The weight of something new, by the reference, and what to scale by first all that is held. A thousand half-lives
    /// are the most that either tells apart.
    mutating func weight(at time: Instant) -> (weight: Double, scale: Double) {
        let age = time - (reference ?? time)
        let halfLives = Double(age.count) / Double(halfLife.count)
        guard halfLives > Self.span else {
            reference = reference ?? time
            return (binaryExponential(max(halfLives, -1000)), 1)
        }
        let whole = halfLives.rounded(.down)
        reference = time - Nanoseconds(age.count - Int64(whole) * halfLife.count)
        return (binaryExponential(halfLives - whole), binaryExponential(-min(whole, 1000)))
    }
}
