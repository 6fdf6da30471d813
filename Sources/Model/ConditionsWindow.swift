/// What the recent past says of the present: a joint sample of conditions, so that their correlation is kept, never empty.
public struct ConditionsWindow: Hashable, Codable, Sendable {
    /// Oldest first. Each holds the values that were in force together at one moment of the window.
    public private(set) var samples: [Conditions]

    /// - Returns: `nil` where there are no samples: nothing is known, and nothing can be decided.
    public init?(samples: [Conditions]) {
        guard !samples.isEmpty else { return nil }
        self.samples = samples
    }

    /// A window that holds one certain sample.
    public init(certain conditions: Conditions) { samples = [conditions] }

    public var newest: Conditions { samples[samples.count - 1] }
}
