import GRPCCore
import Model

extension Fleet {
    /// Names that a refusal lists.
    private static let listed = 8

    /// The device to be watched; `nil` means the only one.
    ///
    /// - Throws: `RPCError` with one line for a person.
    func watched(_ name: String?) throws -> DeviceSession {
        let known = devices.keys.sorted()
        if let name, let session = devices[name] { return session }
        if name == nil, known.count == 1, let session = devices[known[0]] { return session }
        throw RPCError(code: .notFound, message: Self.refusal(of: name, known))
    }

    private static func refusal(of name: String?, _ known: [String]) -> String {
        guard !known.isEmpty else {
            let subject = name.map { "no device '\($0)', nor any other," } ?? "no device"
            return "\(subject) has attached yet; start its agent with --controller"
        }
        let more = known.count > listed ? " and \(known.count - listed) more" : ""
        let list = known.prefix(listed).joined(separator: ", ") + more
        guard let name else { return "there are several devices; name one with --device: \(list)" }
        let help = nearestName(to: name, among: known).map { "did you mean '\($0)'?" } ?? "there are \(list)"
        return "no device '\(name)' has attached; \(help)"
    }
}
