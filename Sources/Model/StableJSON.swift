public import FoundationEssentials

/// JSON for files and reports: keys sorted, indented, slashes plain, a line feed at the end; equal values give equal bytes.
public enum StableJSON {
    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        var data = try encoder.encode(value)
        data.append(UInt8(ascii: "\n"))
        return data
    }

    /// - Parameter source: how to name the document to a person: its path.
    /// - Throws: `DocumentError`, which names the place in the document.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data, source: String
    ) throws(DocumentError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw DocumentError(error, source: source)
        } catch {
            throw DocumentError(source: source, place: "", problem: "is not JSON")
        }
    }
}

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
            self.init(source: source, place: Self.path(context.codingPath), problem: "is not of type \(type)")
        case .valueNotFound(_, let context):
            self.init(source: source, place: Self.path(context.codingPath), problem: "has no value")
        case .dataCorrupted(let context):
            let problem = context.codingPath.isEmpty ? "is not valid JSON" : "is wrong: \(context.debugDescription)"
            self.init(source: source, place: Self.path(context.codingPath), problem: problem)
        @unknown default:
            self.init(source: source, place: "", problem: "could not be read")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
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
