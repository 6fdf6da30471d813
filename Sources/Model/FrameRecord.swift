/// Where the time of one frame went. The stages follow one another without gap or overlap, so they add up to the frame's
/// end-to-end time.
public struct StageTimes: Hashable, Codable, Sendable {
    /// Waiting for the edge's processor.
    public var edgeQueue: Nanoseconds = .zero
    /// The head on the edge; the whole model where the edge answered alone.
    public var edge: Nanoseconds = .zero
    /// Quantising, packing and compressing what crosses.
    public var encode: Nanoseconds = .zero
    /// Waiting on the edge for the wire to take the frame.
    public var send: Nanoseconds = .zero
    /// From the first byte sent to the worker's receipt back at the edge: transfer and round trip.
    public var network: Nanoseconds = .zero
    /// In the worker before its compute began, by the worker's own clock.
    public var workerQueue: Nanoseconds = .zero
    /// Unpacking and the tail in the worker, by the worker's own clock.
    public var workerCompute: Nanoseconds = .zero
    /// What remains until the answer was back at the edge.
    public var returning: Nanoseconds = .zero

    public init() {}

    public var total: Nanoseconds {
        edgeQueue + edge + encode + send + network + workerQueue + workerCompute + returning
    }

    enum CodingKeys: String, CodingKey {
        case edgeQueue = "edge_queue_ms", edge = "edge_ms", encode = "encode_ms", send = "send_ms"
        case network = "network_ms", workerQueue = "worker_queue_ms", workerCompute = "worker_compute_ms"
        case returning = "return_ms"
    }
}

/// Numbers the plans that an edge and its worker hold at one time; ascending, never used again.
public typealias Epoch = Int

/// What became of one frame.
public struct FrameRecord: Hashable, Codable, Sendable {
    /// Who gave the answer.
    public enum Answer: String, Codable, Sendable {
        /// The plan in force, as it says.
        case planned
        /// The edge alone, because the cloud did not answer in time or was away.
        case fallback
    }

    /// Number given by the source, ascending from zero without gaps.
    public var frame: Int
    public var epoch: Epoch
    public var planID: String
    public var answer: Answer
    /// When the source gave the frame, by the edge's clock.
    public var captured: Instant
    /// From `captured` to the answer at the edge.
    public var latency: Nanoseconds
    public var stages: StageTimes
    /// Payload sent for it, in bytes.
    public var sentBytes: Int
    /// The class with the highest output.
    public var topClass: Int
    /// Whether `topClass` is the sample's label; `nil` without labels.
    public var isCorrect: Bool?

    public init(
        frame: Int, epoch: Epoch, planID: String, answer: Answer, captured: Instant, latency: Nanoseconds,
        stages: StageTimes, sentBytes: Int, topClass: Int, isCorrect: Bool?
    ) {
        self.frame = frame
        self.epoch = epoch
        self.planID = planID
        self.answer = answer
        self.captured = captured
        self.latency = latency
        self.stages = stages
        self.sentBytes = sentBytes
        self.topClass = topClass
        self.isCorrect = isCorrect
    }

    enum CodingKeys: String, CodingKey {
        case frame, epoch, planID = "plan", answer, captured = "captured_ns", latency = "latency_ms", stages
        case sentBytes = "sent_bytes", topClass = "top_class", isCorrect = "correct"
    }
}
