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

    /// On one line, without the line feed.
    public static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// - Parameter source: how to name the document to a person: its path.
    /// - Throws: `DocumentError`, which names the place in the document.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data, source: String
    ) throws(DocumentError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw unfittingNumber(in: data, error, source: source) ?? DocumentError(error, source: source)
        } catch {
            throw DocumentError(source: source, place: "", problem: "is not JSON")
        }
    }

    /// The decoder says of a number that does not fit its field no more than of damage, and not where: so the document is read
    /// again, without fields.
    ///
    /// - Returns: `nil` where the document is not JSON, or the decoder has said more.
    private static func unfittingNumber(in data: Data, _ error: DecodingError, source: String) -> DocumentError? {
        guard case .dataCorrupted(let context) = error, context.codingPath.isEmpty,
            let numbers = try? JSONDecoder().decode(NumberScan.self, from: data)
        else { return nil }
        if let place = numbers.unfitting {
            return DocumentError(
                source: source, place: DocumentError.path(place),
                problem: "is not a number that fits: it is out of range, or not written as JSON has it")
        }
        return DocumentError(
            source: source, place: "",
            problem: "has a number that does not fit: a fraction where a whole number is meant, or one out of range")
    }
}
