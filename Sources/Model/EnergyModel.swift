/// What a frame takes of the edge's battery, beyond what the machine draws anyway:
///
///     E = compute · edge time + radio · (time of sending and receiving) + sent · bytes sent + received · bytes received
///       + idle · (round trip + queue + cloud time)
///
/// A radio's power grows linearly with its rate, P = α · rate + β (Huang et al., "A close examination of performance and power
/// characteristics of 4G LTE networks", MobiSys 2012, section 5.3): α is an energy per byte, β the power while it is on.
public struct EnergyModel: Hashable, Codable, Sendable {
    /// W, while the head runs and what crosses is encoded.
    public var compute: Double
    /// W, while the edge waits for the cloud.
    public var idle: Double
    /// W, while the radio sends or receives, whatever its rate.
    public var radio: Double
    /// J for a byte sent, beside `radio`.
    public var sentByte: Double
    /// J for a byte received, beside `radio`.
    public var receivedByte: Double

    public init(
        compute: Double = 0, idle: Double = 0, radio: Double = 0, sentByte: Double = 0, receivedByte: Double = 0
    ) {
        self.compute = compute
        self.idle = idle
        self.radio = radio
        self.sentByte = sentByte
        self.receivedByte = receivedByte
    }

    enum CodingKeys: String, CodingKey {
        case compute = "compute_w", idle = "idle_w", radio = "radio_w", sentByte = "sent_j_per_byte"
        case receivedByte = "received_j_per_byte"
    }
}

/// What the network's owner asks for a byte, in any currency.
public struct Tariff: Hashable, Codable, Sendable {
    /// Edge to cloud.
    public var sentByte: Double
    /// Cloud to edge: the cloud's egress.
    public var returnedByte: Double

    public init(sentByte: Double = 0, returnedByte: Double = 0) {
        self.sentByte = sentByte
        self.returnedByte = returnedByte
    }

    enum CodingKeys: String, CodingKey { case sentByte = "sent_per_byte", returnedByte = "returned_per_byte" }
}
