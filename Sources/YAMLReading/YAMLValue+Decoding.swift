public import Model
import Yams

extension YAMLValue {
    /// Reads a type that says itself what it is made of. Unknown keys are the caller's to refuse, beforehand.
    ///
    /// - Throws: `DocumentError`, naming the place within the document.
    public func decode<Value: Decodable>(_ type: Value.Type) throws(DocumentError) -> Value {
        do {
            return try YAMLDecoder().decode(type, from: node)
        } catch let error as DecodingError {
            let inner = DocumentError(error, source: source)
            let place = place.isEmpty || inner.place.isEmpty ? place + inner.place : "\(place).\(inner.place)"
            let node = self.node(at: error.path) ?? node
            throw YAMLValue(node: node, source: source, place: place).error(inner.problem)
        } catch {
            throw self.error("cannot be read")
        }
    }

    /// What lies at a path below this value.
    private func node(at path: [any CodingKey]) -> Node? {
        var node: Node? = node
        for key in path {
            if let index = key.intValue, let list = node?.sequence {
                node = list.indices.contains(index) ? list[index] : nil
            } else {
                node = node?.mapping?[key.stringValue]
            }
        }
        return node
    }
}

extension DecodingError {
    fileprivate var path: [any CodingKey] {
        switch self {
        case .keyNotFound(_, let context), .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            context.codingPath
        @unknown default: []
        }
    }
}
