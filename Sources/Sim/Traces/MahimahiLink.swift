/// `mm-link` of Mahimahi with its unbounded first-in-first-out queue, packet by packet.
///
/// An opportunity sends up to 1504 bytes: a 1500-byte IP packet and the 4 bytes that the tunnel device puts before it.
/// Small packets share one; a packet may be split over several, and leaves with its last byte. What an opportunity
/// can't use is lost. A packet that arrives in millisecond t is served by opportunities strictly later than t.
public struct MahimahiLink: Sendable {
    /// Bytes that one opportunity sends.
    public static let budget = 1504

    private let opportunities: DeliveryOpportunities
    /// The opportunity in use, and what it can still send.
    private var index = -1
    private var left = 0

    public init(_ opportunities: DeliveryOpportunities) { self.opportunities = opportunities }

    /// The millisecond in which a packet leaves that arrives behind all packets sent before it.
    ///
    /// - Parameters:
    ///   - bytes: with the 4 bytes of the tunnel device.
    ///   - arrival: in milliseconds from the link's start, not before the one of the packet before.
    /// - Precondition: `bytes` is 1…1504: the device takes no longer packets.
    /// - Complexity: O(log stamps).
    public mutating func departure(ofBytes bytes: Int, arrivingAt arrival: Int) -> Int {
        precondition(1...Self.budget ~= bytes, "a packet has 1 to 1504 bytes")
        if left == 0 || opportunities.time(of: index) <= arrival {
            index = max(index + 1, opportunities.index(after: arrival))
            left = Self.budget
        }
        if bytes > left {
            let rest = bytes - left
            index += 1
            left = Self.budget - rest
        } else {
            left -= bytes
        }
        return opportunities.time(of: index)
    }
}
