public import Model
import Yams

extension YAMLValue {
    /// This document with another value in place of what lies at a path, or added where nothing does. What is put there has no
    /// line of its own in errors.
    ///
    /// - Parameter path: keys of mappings, and positions in lists, from the outermost on.
    /// - Throws: `DocumentError` where the path leads through a value that has no parts.
    public func replacing(_ path: [String], with value: YAMLValue) throws(DocumentError) -> YAMLValue {
        let replaced = try Self.replaced(self, path[...], with: Self.unmarked(value.node))
        return YAMLValue(node: replaced, source: source, place: place)
    }

    /// Other text at this value's place.
    public func with(text: String) -> YAMLValue { YAMLValue(node: Node(text), source: source, place: place) }

    /// The value as a line of YAML, to tell it from others.
    public var line: String {
        if let scalar { return scalar }
        if let list = node.sequence {
            return "[" + list.map { YAMLValue(node: $0, source: source, place: place).line }.joined(separator: ", ")
                + "]"
        }
        let pairs = (node.mapping ?? [:]).map { key, value in
            "\(key.scalar?.string ?? ""): \(YAMLValue(node: value, source: source, place: place).line)"
        }
        return "{" + pairs.joined(separator: ", ") + "}"
    }

    private static func replaced(
        _ value: YAMLValue, _ path: ArraySlice<String>, with new: Node
    ) throws(DocumentError) -> Node {
        guard let key = path.first else { return new }
        if var list = value.node.sequence {
            guard let index = Int(key), list.indices.contains(index) else {
                throw value.error("has no element \(quoted(key)); its elements are 0 to \(list.count - 1)")
            }
            list[index] = try replaced(value.below(key, list[index]), path.dropFirst(), with: new)
            return .sequence(list)
        }
        guard var mapping = value.node.mapping ?? (value.isLeftOut ? Node.Mapping([]) : nil) else {
            throw value.error("is no list of settings, so it has no \(quoted(key))")
        }
        let known = mapping.first { $0.key.scalar?.string == key }
        let inner = value.below(key, known?.value ?? Node(""))
        mapping[known?.key ?? Node(key)] = try replaced(inner, path.dropFirst(), with: new)
        return .mapping(mapping)
    }

    private static func unmarked(_ node: Node) -> Node {
        if let scalar = node.scalar { return .scalar(.init(scalar.string, scalar.tag, scalar.style)) }
        if let list = node.sequence { return .sequence(.init(list.map(unmarked), list.tag, list.style)) }
        guard let mapping = node.mapping else { return node }
        return .mapping(.init(mapping.map { (unmarked($0.key), unmarked($0.value)) }, mapping.tag, mapping.style))
    }
}
