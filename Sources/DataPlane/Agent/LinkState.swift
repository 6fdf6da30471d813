import Model

/// The connection to the worker as the agent knows it.
struct LinkState: Hashable, Sendable {
    /// A frame, or a padded ping, without a receipt.
    struct Transfer: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            case frame(Int)
            case ping
        }

        var kind: Kind
        var bytes: Int
        var sent: Instant
        /// An outage fell in its time.
        var isTainted = false
    }

    struct Ping: Hashable, Sendable {
        var number: UInt64
        var sent: Instant
        var padding: Int
        /// Bytes that the answer carries.
        var answer: Int
        /// Nothing else was on the wire.
        var isOnIdleLink: Bool
    }

    struct Downlink: Hashable, Sendable {
        var time: Instant
        var rate: BitRate
    }

    /// Number of the open connection; `nil` while there is none.
    var connection: Int?
    /// Since when there has been no sign of life where there should have been; a new connection starts lost, until its
    /// first.
    var lostSince: Instant?
    /// Whether the controller was told so.
    var isLossTold = false
    /// In the order sent.
    var onWire: [Transfer] = []
    var ping: Ping?
    var pingsSent: UInt64 = 0
    var lastPing: Instant?
    var lastSign: Instant?
    /// When the uplink was last measured, or seen to be out.
    var lastReading: Instant?
    /// When the downlink was last measured on its own, and its rate then.
    var lastDownlink: Downlink?

    var isUsable: Bool { connection != nil && lostSince == nil }

    var framesOnWire: Int { onWire.count { $0.kind != .ping } }
    var bytesOnWire: Int { onWire.reduce(0) { $0 + $1.bytes } }

    /// Since when a sign of life has been awaited; `nil` where none is.
    var awaitedSince: Instant? {
        guard let first = [onWire.first?.sent, ping?.sent].compactMap({ $0 }).min() else { return nil }
        return max(first, lastSign ?? first)
    }

    mutating func remove(_ kind: Transfer.Kind) -> Transfer? {
        onWire.firstIndex { $0.kind == kind }.map { onWire.remove(at: $0) }
    }

    mutating func taint() {
        for index in onWire.indices { onWire[index].isTainted = true }
        ping?.isOnIdleLink = false
    }
}
