public import Model

/// Time in which some task of the machine could not go on for want of one resource: the `some` line of a file in
/// /proc/pressure (the kernel's "PSI", Documentation/accounting/psi.rst).
public struct PressureStall: Hashable, Sendable {
    /// Since the machine started.
    public var some: Nanoseconds

    public init(some: Nanoseconds) { self.some = some }

    /// - Parameter text: the contents of /proc/pressure/cpu or its like.
    /// - Returns: `nil` where there is no `some` line with a total.
    public init?(text: String) {
        let line = text.split(separator: "\n").first { $0.hasPrefix("some ") }
        let total = line?.split(separator: " ").first { $0.hasPrefix("total=") }
        guard let total, let microseconds = Int64(total.dropFirst(6)), (0...Int64.max / 1000).contains(microseconds)
        else { return nil }
        some = .microseconds(microseconds)
    }

    /// Share of the time since `earlier`, 0…1; `nil` where no time passed or the counter went backwards.
    public func share(since earlier: Self, elapsed: Nanoseconds) -> Double? {
        guard some >= earlier.some, elapsed > .zero else { return nil }
        return min(1, (some - earlier.some).inSeconds / elapsed.inSeconds)
    }
}
