/// A document (plan file, profile, configuration, recorded run) that does not say what it should.
public struct DocumentError: InputError, Hashable {
    public var source: String
    /// Where in the document: `plans[3].transmit_bytes`; empty for the document as a whole.
    public var place: String
    public var problem: String

    public init(source: String, place: String, problem: String) {
        self.source = source
        self.place = place
        self.problem = problem
    }

    public init(_ error: DecodingError, source: String) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(source: source, place: Self.path(context.codingPath + [key]), problem: "is missing")
        case .typeMismatch(let type, let context):
            self.init(source: source, place: Self.path(context.codingPath), problem: "is not \(Self.words(for: type))")
        case .valueNotFound(_, let context):
            self.init(source: source, place: Self.path(context.codingPath), problem: "has no value")
        case .dataCorrupted(let context):
            let problem = context.codingPath.isEmpty ? "is not valid JSON" : Self.problem(context.debugDescription)
            self.init(source: source, place: Self.path(context.codingPath), problem: problem)
        @unknown default:
            self.init(source: source, place: "", problem: "could not be read")
        }
    }

    /// What a person calls a value of a type.
    private static func words(for type: any Any.Type) -> String {
        switch type {
        case is String.Type: "text"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [Any].Type: "a list"
        case is [String: Any].Type: "an object"
        default: "of the right kind"
        }
    }

    /// The library speaks of Swift where a name is none of an enumeration's; ours say which there are (`ChoiceOfNames`).
    private static func problem(_ description: String) -> String {
        description.hasPrefix("Cannot initialize") ? "is not one of the names known there" : "is wrong: \(description)"
    }

    static func path(_ keys: [any CodingKey]) -> String {
        var path = ""
        for key in keys {
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return path
    }

    public var description: String {
        place.isEmpty ? "\(source): \(problem)" : "\(source): '\(place)' \(problem)"
    }
}
