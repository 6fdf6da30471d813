public import Model

/// An input or an output of a model.
public struct Port: Hashable, Sendable {
    public let name: String
    public let elementType: ElementType
    /// Outermost first; `nil` where the extent is known only when the model runs. Empty for a scalar, and for a tensor whose rank
    /// the model does not state.
    public let extents: [Int?]

    public init(name: String, elementType: ElementType, extents: [Int?]) {
        self.name = name
        self.elementType = elementType
        self.extents = extents
    }

    /// The shape where every extent is known and there is at least one.
    public var shape: TensorShape? {
        let known = extents.compactMap { $0 }
        return known.count == extents.count && !known.isEmpty ? TensorShape(known) : nil
    }

    /// Why `value` does not fit; `nil` where it does.
    func mismatch(of value: TensorValue) -> String? {
        if value.elementType != elementType {
            return "has elements of \(value.elementType.rawValue), the model wants \(elementType.rawValue)"
        }
        let found = value.shape.extents
        let fits = found.count == extents.count && zip(found, extents).allSatisfy { $1 == nil || $0 == $1 }
        if fits || extents.isEmpty { return nil }
        let wanted = extents.map { $0.map(String.init) ?? "?" }.joined(separator: "x")
        return "has shape \(value.shape), the model wants \(wanted)"
    }
}
