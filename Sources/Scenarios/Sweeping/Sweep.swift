public import Sim

/// A scenario run again and again: over traces, values of its settings, seeds and policies. See `Guides/Sweeps.md`.
public struct Sweep {
    /// One world to run in: a trace, and a value of each setting that is varied.
    public struct Point {
        /// As the sweep names it; `nil`: those of the scenario.
        public var trace: String?
        /// In the order of the sweep.
        public var values: [(key: String, text: String)]
        var edits: [ScenarioEdit]
    }

    /// One run: a policy in a world, under a seed.
    public struct Unit: Hashable, Sendable {
        /// Position in `Sweep.points`.
        public var point: Int
        public var seed: UInt64
        public var policy: PolicyName
    }

    /// Of the scenario.
    public var name: String
    /// Traces in the outermost order, then each setting in its turn.
    public var points: [Point]
    public var seeds: [UInt64]
    public var policies: [PolicyName]
    let folder: SweepFolder

    /// All runs, point by point, seed by seed, in the order of the policies.
    public var units: [Unit] {
        points.indices.flatMap { point in
            seeds.flatMap { seed in policies.map { Unit(point: point, seed: seed, policy: $0) } }
        }
    }

    /// The runs of one of so many shards: every N-th, from the I-th on.
    public func units(of shard: Shard) -> [Unit] {
        units.enumerated().filter { $0.offset % shard.count == shard.index - 1 }.map(\.element)
    }
}

/// Part `index` of `count`, from 1.
public struct Shard: Hashable, Sendable {
    public var index: Int
    public var count: Int

    public static let whole = Shard(known: 1, of: 1)

    private init(known index: Int, of count: Int) { (self.index, self.count) = (index, count) }

    /// - Returns: `nil` unless there is such a part.
    public init?(index: Int, count: Int) {
        guard count >= 1, (1...count).contains(index) else { return nil }
        self.index = index
        self.count = count
    }

    /// `3/20`.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
        self.init(index: index, count: count)
    }
}
