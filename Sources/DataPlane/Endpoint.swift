import GRPCNIOTransportHTTP2Posix

/// Where a process listens: a host and a port.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    public var host: String
    /// 0 to listen lets the system choose.
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// - Parameter text: `HOST:PORT` or `[IPv6]:PORT`.
    public init(parsing text: String) throws(WireError) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw .badEndpoint(text)
        }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .badEndpoint(text)
        }
        guard !host.isEmpty else { throw .badEndpoint(text) }
        self.init(host: String(host), port: Int(port))
    }

    public var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private var isIPv6: Bool { host.contains(":") }
    private var isIPv4: Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    var target: any ResolvableTarget {
        if isIPv6 { return .ipv6(address: host, port: port) }
        return isIPv4 ? .ipv4(address: host, port: port) : .dns(host: host, port: port)
    }

    /// Names other than `localhost` are not looked up to listen: an address says which interface is meant.
    var listeningAddress: GRPCNIOTransportHTTP2Posix.SocketAddress {
        if isIPv6 { return .ipv6(host: host, port: port) }
        return .ipv4(host: host == "localhost" ? "127.0.0.1" : host, port: port)
    }
}
