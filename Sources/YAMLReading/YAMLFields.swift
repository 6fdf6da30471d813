public import Model
import Yams

/// The values of a mapping by its known keys.
public struct YAMLFields<Key: RawRepresentable<String>> {
    /// The mapping itself.
    public let whole: YAMLValue
    private let values: [String: YAMLValue]

    init(_ whole: YAMLValue, _ values: [String: YAMLValue]) {
        self.whole = whole
        self.values = values
    }

    /// `nil` where it is left out.
    public subscript(key: Key) -> YAMLValue? { values[key.rawValue] }

    /// - Throws: `DocumentError` where it is left out, with an example of what to write.
    public func required(_ key: Key, as example: String) throws(DocumentError) -> YAMLValue {
        guard let value = self[key] else {
            throw whole.error("lacks '\(key.rawValue)'; write, for example, \(key.rawValue): \(example)")
        }
        return value
    }
}

extension YAMLValue {
    /// This mapping by its known keys.
    ///
    /// - Throws: `DocumentError` where it is no mapping, or has another key.
    public func fields<Key: CaseIterable & RawRepresentable<String>>(
        _: Key.Type
    ) throws(DocumentError) -> YAMLFields<Key> {
        try refuseUnknownKeys(besides: Key.allCases.map(\.rawValue))
        var values: [String: YAMLValue] = [:]
        for (name, value) in try entries() where !value.isLeftOut { values[name] = value }
        return YAMLFields(self, values)
    }

    /// The one key of this mapping, which says of which kind it is.
    ///
    /// - Throws: `DocumentError` where it is no mapping of one known key.
    public func onlyField<Key: CaseIterable & RawRepresentable<String>>(
        _: Key.Type
    ) throws(DocumentError) -> (key: Key, value: YAMLValue) {
        let known = Key.allCases.map(\.rawValue)
        try refuseUnknownKeys(besides: known)
        let all = try entries()
        guard let only = all.first, all.count == 1, let key = Key(rawValue: only.name) else {
            throw error("is to have one key, which says of what kind it is: \(known.joined(separator: ", "))")
        }
        return (key, only.value)
    }

    /// The entries of a mapping whose keys are names of the writer's own, in the order of the document.
    public func entries() throws(DocumentError) -> [(name: String, value: YAMLValue)] {
        guard let mapping = node.mapping else { throw error("is not a list of settings, 'key: value'") }
        var entries: [(String, YAMLValue)] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                throw YAMLValue(node: key, source: source, place: place).error("has a key that is not a word")
            }
            entries.append((name, below(inOneLine(name), value)))
        }
        return entries
    }

    /// - Throws: `DocumentError`, naming the first key that is not known, and the nearest that is.
    public func refuseUnknownKeys(besides known: [String]) throws(DocumentError) {
        for (name, value) in try entries() where !known.contains(name) {
            let key = node.mapping?.first { $0.key.scalar?.string == name }?.key ?? node
            let hint = nearestName(to: name, among: known).map { "did you mean '\($0)'?" }
            throw YAMLValue(node: key, source: source, place: value.place).error(
                "is no setting; \(hint ?? "known are \(known.joined(separator: ", "))")")
        }
    }

    /// A name as it may stand in an error of one line.
    private func inOneLine(_ name: String) -> String { String(quoted(name).dropFirst().dropLast()) }

    /// The elements of a list.
    public func elements() throws(DocumentError) -> [YAMLValue] {
        guard let sequence = node.sequence else { throw error("is not a list, '[a, b]'") }
        return sequence.enumerated().map { YAMLValue(node: $1, source: source, place: "\(place)[\($0)]") }
    }
}
