/// The extents of a tensor, outermost first. Every extent is known and at least zero; a scalar has none.
public struct TensorShape: Hashable, Sendable {
    public let extents: [Int]

    public init(_ extents: [Int]) {
        precondition(extents.allSatisfy { $0 >= 0 }, "a tensor's extents are at least zero")
        self.extents = extents
    }

    /// The product of the extents; one for a scalar. `nil` where it exceeds `Int`.
    public static func elementCount(of extents: [Int]) -> Int? {
        var product = 1
        for extent in extents {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            product = next
        }
        return product
    }

    public var elementCount: Int { extents.reduce(1, *) }
}

extension TensorShape: CustomStringConvertible {
    /// `1x3x224x224`; a scalar reads `scalar`.
    public var description: String {
        extents.isEmpty ? "scalar" : extents.map(String.init).joined(separator: "x")
    }
}

/// In JSON a shape is an array of extents whose product fits an `Int` with room for bits (at most 2^58 elements).
extension TensorShape: Codable {
    public init(from decoder: any Decoder) throws {
        let extents = try decoder.singleValueContainer().decode([Int].self)
        guard extents.allSatisfy({ $0 >= 0 }), let count = Self.elementCount(of: extents), count < 1 << 58 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not the shape of a tensor"))
        }
        self.init(extents)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(extents)
    }
}
