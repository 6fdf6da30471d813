/// Reads text of the form `key=value,key=value`. Of a key given twice the last counts, and values have no comma.
///
/// - Parameter kind: what such a text is, for a person: `constraint`.
/// - Throws: `AssignmentError.unknown`.
package func assignments<Key: CaseIterable & RawRepresentable<String>>(
    in text: String, of kind: String, as _: Key.Type
) throws(AssignmentError) -> [(key: Key, value: String)] {
    var read: [(Key, String)] = []
    for part in text.split(separator: ",") {
        let equals = part.firstIndex(of: "=") ?? part.endIndex
        let name = String(part[..<equals])
        guard let key = Key(rawValue: name) else {
            let known = Key.allCases.map(\.rawValue)
            throw .unknown(kind: kind, name, nearest: nearestName(to: name, among: known), known: known)
        }
        read.append((key, String(part[equals...].dropFirst())))
    }
    return read
}

/// The value of one assignment.
///
/// - Throws: `AssignmentError.badValue`.
package func assigned<Value>(
    _ text: String, to key: String, of kind: String, _ read: (String) throws(QuantityError) -> Value
) throws(AssignmentError) -> Value {
    do {
        return try read(text)
    } catch {
        throw .badValue(kind: kind, key: key, text: text, problem: error.description)
    }
}

/// Text of assignments that does not say what it should.
public enum AssignmentError: InputError, Hashable {
    case unknown(kind: String, String, nearest: String?, known: [String])
    case badValue(kind: String, key: String, text: String, problem: String)

    public var description: String {
        switch self {
        case .unknown(let kind, let key, let nearest, let known):
            "\(kind) '\(key)' is not known\(nearest.map { "; did you mean '\($0)'?" } ?? "; known are \(known.joined(separator: ", "))")"
        case .badValue(let kind, let key, let text, let problem): "\(kind) '\(key)=\(text)': \(problem)"
        }
    }
}
