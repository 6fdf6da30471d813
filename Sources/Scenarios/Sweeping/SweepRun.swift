public import Model
public import Sim

/// One finished run of a sweep, as its file has it.
public struct SweepRun: Hashable, Codable, Sendable {
    /// Of the file format, and of what a run means: results of another are done anew.
    public static let currentVersion = 1

    public var version = Self.currentVersion
    /// Of all that the run depends on: SHA-256 of the scenario's files, what was put in them, the policy and the seed.
    public var input: String
    public var trace: String?
    public var values: [Value]
    public var policy: PolicyName
    public var seed: UInt64
    public var duration: Nanoseconds
    public var summary: RunSummary

    /// A setting that was varied.
    public struct Value: Hashable, Codable, Sendable {
        public var key: String
        public var value: String
    }

    enum CodingKeys: String, CodingKey {
        case version, input, trace, values, policy, seed, duration = "duration_ms", summary
    }

    /// The name of its file, by its input: a changed input has another.
    public static func fileName(input: String) -> String { "\(input.prefix(24)).json" }

    /// Whether this is a whole result of that input.
    public func isOf(input: String) -> Bool { version == Self.currentVersion && self.input == input }
}
