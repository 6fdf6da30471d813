public import Model
import Yams

/// A value of a YAML document that knows its place, so that whoever reads it can say where something is wrong.
///
/// Readers name what they know; everything else is refused, with the nearest known name. A value that is empty or `null` counts
/// as left out. Aliases are refused: a document stays as long as it is.
public struct YAMLValue {
    let node: Node
    /// How to name the document to a person: its path.
    public let source: String
    /// `devices.camera.link.rtt`; empty for the document as a whole.
    public let place: String

    /// Documents beyond this size are refused before they are parsed: nobody writes one by hand.
    public static let mostBytes = 1 << 20

    /// - Returns: `nil` where the document is empty.
    /// - Throws: `DocumentError`.
    public static func document(_ text: String, source: String) throws(DocumentError) -> YAMLValue? {
        guard text.utf8.count <= mostBytes else {
            throw DocumentError(source: source, place: "", problem: "has more than \(mostBytes) bytes")
        }
        if let alias = firstAlias(in: text) {
            throw DocumentError(
                source: "\(source):\(alias.line)", place: "",
                problem: "has the alias \(quoted("*" + alias.name)); write out what it stands for")
        }
        do {
            guard let node = try Yams.compose(yaml: text) else { return nil }
            let root = YAMLValue(node: node, source: source, place: "")
            return root.isLeftOut ? nil : root
        } catch {
            throw Self.unreadable(error, source: source)
        }
    }

    private static func unreadable(_ error: any Error, source: String) -> DocumentError {
        func failure(_ mark: Mark?, _ problem: String) -> DocumentError {
            let source = mark.map { "\(source):\($0.line)" } ?? source
            return DocumentError(source: source, place: "", problem: problem)
        }
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return failure(mark, "is not YAML: \(inOneLine(problem))")
        case .duplicatedKeysInMapping(let keys, let context):
            return failure(context.mark, "has the key \(quoted(keys.first ?? "")) twice")
        case .reader(let problem, _, _, _): return failure(nil, "is not YAML: \(inOneLine(problem))")
        default: return failure(nil, "is not YAML")
        }
    }

    private static func inOneLine(_ text: String) -> Substring { text.prefix { !$0.isNewline } }

    /// Says what is wrong with this value, with its line.
    public func error(_ problem: String) -> DocumentError {
        let source = node.mark.map { "\(self.source):\($0.line)" } ?? source
        return DocumentError(source: source, place: place, problem: problem)
    }

    /// The value of a key below this one.
    func below(_ key: String, _ node: Node) -> YAMLValue {
        YAMLValue(node: node, source: source, place: place.isEmpty ? key : "\(place).\(key)")
    }

    /// An empty value or `null`.
    var isLeftOut: Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    public var isMapping: Bool { node.mapping != nil }
    public var isList: Bool { node.sequence != nil }
    /// Text, as it stands; `nil` for a list or a mapping.
    public var scalar: String? { node.scalar?.string }
}
