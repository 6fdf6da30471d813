/// A tensor as it crosses the wire.
public struct TransmittedTensor: Hashable, Codable, Sendable {
    public var name: String
    public var elementType: ElementType
    public var shape: TensorShape
    /// Bits of one value. Only `float32` tensors are quantised; every other type travels as it is.
    public var precision: Precision
    /// The range that the affine integers span; `nil` where the tensor is not quantised.
    public var range: ValueRange?

    public init(
        name: String, elementType: ElementType, shape: TensorShape, precision: Precision, range: ValueRange?
    ) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
        self.precision = precision
        self.range = range
    }

    /// Bytes of the packed values, before any lossless compression.
    public var packedBytes: Int { precision.packedBytes(elements: shape.elementCount, of: elementType) }

    enum CodingKeys: String, CodingKey {
        case name, elementType = "element_type", shape, precision = "transmit_bits", range
    }
}

/// What is done to the packed values before they are sent.
public enum TransmitCoding: String, ChoiceOfNames, Sendable {
    /// Nothing: the size is known beforehand.
    case packed
    /// Predicted from neighbours and deflated, as in PNG: lossless, and the size depends on the content.
    case deflated
    /// A picture of 8-bit values as a JPEG: lossy, and the size depends on the content.
    case jpeg

    /// Whether what was packed comes out as it went in.
    public var isLossless: Bool { self != .jpeg }
}

/// Conditions under which no other plan of the set is as fast: that a plan is worth having, for anyone to check. The cloud is
/// as profiled; round trip, queue and what comes back, which remote plans have alike, count as nothing.
public struct PlanCertificate: Hashable, Codable, Sendable {
    public var edgeSlowdown: Double
    public var uplink: BitRate

    public init(edgeSlowdown: Double, uplink: BitRate) {
        self.edgeSlowdown = edgeSlowdown
        self.uplink = uplink
    }

    enum CodingKeys: String, CodingKey { case edgeSlowdown = "edge_slowdown", uplink = "uplink_bps" }
}

/// One way to serve a frame: where to cut, how to send what crosses, and what it costs at slowdown one on idle machines.
public struct Plan: Hashable, Codable, Sendable, Identifiable {
    /// Unique in its plan set and stable: `edge-only`, `cloud-8`, `cloud-8-deflated`, `TENSOR@BITS`, `TENSOR+2@BITS` (2 more
    /// tensors cross), `TENSOR@BITS-deflated`; `-int8` or `-mixed` behind any of them where the head is quantised.
    public var id: String
    /// What crosses, by tensor index in the graph. Empty: the whole network runs on the edge and nothing is sent.
    public var crossing: [TransmittedTensor]
    public var coding: TransmitCoding
    /// Layers in the head, of the working graph.
    public var headLayers: Int
    /// The numbers that the head holds its weights and computes in; `nil`: those of the model, in float.
    public var headPrecision: HeadPrecision?
    /// Time of the head on the edge.
    public var edgeWork: Nanoseconds
    /// Time on the edge to quantise, pack and compress what crosses.
    public var encodeWork: Nanoseconds
    /// Mean payload sent for one frame, in bytes.
    public var transmitBytes: Int
    /// The payload that 95 % of frames do not exceed, where it depends on the content. Of several tensors: the sum of theirs,
    /// which is no less.
    public var transmitBytesP95: Int?
    /// Time in the cloud to unpack and run the tail.
    public var cloudWork: Nanoseconds
    /// Payload that comes back for one frame, in bytes.
    public var resultBytes: Int
    /// Memory on the edge in bytes: the head's weights and its peak of live activations.
    public var edgeBytes: Int
    /// The same by Auto-Split's rule, weights and the largest activation alone; `nil` where it was not worked out.
    public var edgeBytesByMaximum: Int?
    /// Bytes of the head's weights as they are held: what has to reach an edge that has nothing yet before the plan can run there.
    /// `nil` where it was not worked out.
    public var moveBytes: Int?
    /// The squared error that quantising brings, as Auto-Split sums it: over the head's layers that of weights and activations at
    /// their bits, and that of what crosses where it does so at other bits. Zero where head and crossing are in floats; `nil`
    /// where a part of it was not measured.
    public var distortion: Double?
    /// `nil` until measured on samples.
    public var accuracy: Accuracy?
    /// `nil` where another plan of the set is as fast under any conditions, and where that was not asked.
    public var certificate: PlanCertificate?

    public init(
        id: String, crossing: [TransmittedTensor], coding: TransmitCoding, headLayers: Int, edgeWork: Nanoseconds,
        encodeWork: Nanoseconds, transmitBytes: Int, cloudWork: Nanoseconds, resultBytes: Int, edgeBytes: Int,
        accuracy: Accuracy? = nil, headPrecision: HeadPrecision? = nil
    ) {
        self.id = id
        self.crossing = crossing
        self.coding = coding
        self.headLayers = headLayers
        self.headPrecision = headPrecision
        self.edgeWork = edgeWork
        self.encodeWork = encodeWork
        self.transmitBytes = transmitBytes
        self.cloudWork = cloudWork
        self.resultBytes = resultBytes
        self.edgeBytes = edgeBytes
        self.accuracy = accuracy
    }

    /// Whether frames under this plan never leave the edge.
    public var isEdgeOnly: Bool { crossing.isEmpty }
    /// Whether the edge computes nothing.
    public var isCloudOnly: Bool { headLayers == 0 && !isEdgeOnly }

    enum CodingKeys: String, CodingKey {
        case id, crossing = "cut", coding, headLayers = "head_layers", headPrecision = "head_precision"
        case edgeWork = "edge_ms", encodeWork = "encode_ms", transmitBytes = "transmit_bytes"
        case transmitBytesP95 = "transmit_bytes_p95", cloudWork = "cloud_ms", resultBytes = "result_bytes"
        case edgeBytes = "edge_bytes", edgeBytesByMaximum = "edge_bytes_by_maximum", moveBytes = "move_bytes"
        case distortion, accuracy, certificate
    }
}
