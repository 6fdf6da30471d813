public import Model
public import YAMLReading

/// Seeds as a person writes them: `7`, `1..20`, or a list of both, `[3, 10..14]`.
public struct SeedList: Hashable, Sendable {
    /// In the order given, each once.
    public var seeds: [UInt64] = []

    /// - Throws: `DocumentError`.
    public init(_ value: YAMLValue) throws(DocumentError) {
        for part in value.isList ? try value.elements() : [value] {
            guard let range = Self.range(part.scalar ?? "") else {
                throw part.error("is no seed; write a whole number from 0 on, or a range such as 1..20")
            }
            guard range.upperBound - range.lowerBound < UInt64(Limit.seeds - seeds.count) else {
                throw part.error("makes more than \(Limit.seeds) seeds")
            }
            seeds += range
        }
        guard !seeds.isEmpty else { throw value.error("is empty; name at least one seed") }
        guard Set(seeds).count == seeds.count else { throw value.error("names a seed twice") }
    }

    private static func range(_ text: String) -> ClosedRange<UInt64>? {
        if let seed = UInt64(text) { return seed...seed }
        guard let dots = text.firstRange(of: "..") else { return nil }
        guard let first = UInt64(text[..<dots.lowerBound]), let last = UInt64(text[dots.upperBound...]),
            first <= last
        else { return nil }
        return first...last
    }
}
