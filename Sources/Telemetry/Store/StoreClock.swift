internal import Foundation
internal import Model

/// The system's wall clock, in nanoseconds since 1970.
@Sendable public func systemWallClock() -> Int64 {
    Int64(Date().timeIntervalSince1970 * 1e9)
}

/// The system's clock that never steps, in nanoseconds since the process first asked.
@Sendable public func systemSteadyClock() -> Int64 {
    Int64((ContinuousClock.now - steadyOrigin) / .nanoseconds(1))
}

private let steadyOrigin = ContinuousClock.now

/// Watches the wall clock against the steady one. What differs by less than `threshold` from one look to the next is
/// ordinary discipline of the clock and followed silently; more is a step.
struct ClockWatch: Sendable {
    static let threshold = Nanoseconds.seconds(1)
    /// After a step of more than this, age is no reason to remove anything for as long a time as `mistrust`: a wrong clock
    /// gets time to be put right.
    static let largeStep = Nanoseconds.seconds(3600)
    static let mistrust = Nanoseconds.seconds(86_400)

    private var offset: Int64?
    private var mistrustedUntil: Int64?

    /// - Returns: the step since the last look, where there was one.
    mutating func look(wall: Int64, steady: Int64) -> ClockStep? {
        let offset = wall &- steady
        defer { self.offset = offset }
        guard let before = self.offset else { return nil }
        let step = Nanoseconds(offset &- before)
        guard step.count.magnitude >= Self.threshold.count.magnitude else { return nil }
        if step.count.magnitude > Self.largeStep.count.magnitude {
            mistrustedUntil = steady &+ Self.mistrust.count
        }
        return ClockStep(wall: wall, step: step)
    }

    func isTrusted(steady: Int64) -> Bool { mistrustedUntil.map { steady >= $0 } ?? true }
}

/// One step of the wall clock.
struct ClockStep: Hashable, Sendable {
    /// After the step, nanoseconds since 1970.
    var wall: Int64
    var step: Nanoseconds
}
