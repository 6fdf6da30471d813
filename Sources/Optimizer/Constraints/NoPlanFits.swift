/// Every plan breaks a bound: which bound is to blame, and which plan comes nearest. Not an error in what was given, but the
/// answer that there is none.
public struct NoPlanFits: Error, Hashable, CustomStringConvertible {
    /// Relaxing this one alone by the least share admits a plan; `nil` where it takes more than one.
    public var binding: PlanConstraints.Key?
    /// By how much that is to be relaxed, as a share of the bound.
    public var relaxation: Double?
    /// The id of the plan whose excesses add up to the least.
    public var nearest: String
    /// By how much it is beyond which bounds.
    public var misses: [PlanConstraints.Key: Double]

    /// - Parameter candidates: ids of plans and their excesses, none without one. The first of equals counts.
    /// - Returns: `nil` where there are no candidates.
    public init?(_ candidates: [(id: String, excesses: [(key: PlanConstraints.Key, excess: Double)])]) {
        let sums = candidates.map { $0.excesses.reduce(0) { $0 + $1.excess } }
        guard let nearest = candidates.indices.min(by: { (sums[$0], $0) < (sums[$1], $1) }) else { return nil }
        self.nearest = candidates[nearest].id
        misses = Dictionary(candidates[nearest].excesses.map { ($0.key, $0.excess) }) { first, _ in first }
        let alone = candidates.compactMap { $0.excesses.count == 1 ? $0.excesses.first : nil }
        if let least = alone.map(\.excess).min(), let first = alone.first(where: { $0.excess == least }) {
            binding = first.key
            relaxation = least
        }
    }

    public var description: String {
        let blame =
            binding.map { "'\($0.rawValue)' binds: relaxed by \(Self.percent(relaxation ?? 0)) it would admit one" }
            ?? "more than one constraint has to be relaxed"
        let parts = PlanConstraints.Key.allCases.compactMap { key in
            misses[key].map { "\(key.rawValue) by \(Self.percent($0))" }
        }
        return "no plan fits; \(blame). The nearest, \(nearest), misses \(parts.joined(separator: ", "))"
    }

    /// A share of a bound, or many times that.
    private static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "any measure" }
        return share < 10 ? "\((share * 1000).rounded() / 10) %" : "\(Int(min(share, 1e15).rounded())) times itself"
    }
}
