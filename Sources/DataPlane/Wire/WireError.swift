public import Model

/// A message that came over the network and does not say what it should.
public enum WireError: InputError, Hashable {
    /// A message with none of its alternatives set, or with one that this version does not know.
    case emptyMessage(String)
    /// A field whose value cannot be meant: `frames[3].latency_ns`, `is over 2^53`.
    case badField(String, problem: String)
    /// A plan or plan set, sent as JSON, that cannot be read.
    case badDocument(DocumentError)
    /// An inference request that does not fit the model or plan it names.
    case badRequest(String)
    /// What should be HOST:PORT and is not.
    case badEndpoint(String)

    public var description: String {
        switch self {
        case .emptyMessage(let message):
            "\(message): says nothing that is understood here; both ends must run the same version"
        case .badField(let field, let problem):
            "message field '\(field)' \(problem); both ends must run the same version"
        case .badDocument(let error): error.description
        case .badRequest(let problem): problem
        case .badEndpoint(let text): "'\(text)' is not HOST:PORT, such as 127.0.0.1:8470 or [::1]:8470"
        }
    }
}
