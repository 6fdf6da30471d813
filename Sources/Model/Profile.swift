/// Repeated timings of one piece of work.
public struct Timing: Hashable, Codable, Sendable {
    public var median: Nanoseconds
    /// Interquartile range.
    public var spread: Nanoseconds
    public var runs: Int

    public init(median: Nanoseconds, spread: Nanoseconds, runs: Int) {
        self.median = median
        self.spread = spread
        self.runs = runs
    }

    enum CodingKeys: String, CodingKey { case median = "median_ms", spread = "spread_ms", runs }
}

/// Measured times of a model on one device. Layer times come from an unfused graph and only choose candidates; the times of
/// heads and tails are of the models that will run.
public struct Profile: Hashable, Codable, Sendable {
    /// Version of the file format.
    public static let currentVersion = 1

    public struct LayerTiming: Hashable, Codable, Sendable {
        public var name: String
        public var kind: String
        public var outputs: [Tensor]
        public var timing: Timing

        public init(name: String, kind: String, outputs: [Tensor], timing: Timing) {
            self.name = name
            self.kind = kind
            self.outputs = outputs
            self.timing = timing
        }
    }

    /// Head or tail of one cut, built and run.
    public struct HalfTiming: Hashable, Codable, Sendable {
        /// Names of the crossing tensors, in the graph's order. For the whole model: empty.
        public var cut: [String]
        public var timing: Timing

        public init(cut: [String], timing: Timing) {
            self.cut = cut
            self.timing = timing
        }
    }

    /// The activation codec at one precision.
    public struct CodingTiming: Hashable, Codable, Sendable {
        public var precision: Precision
        public var coding: TransmitCoding
        /// Nanoseconds for each value on the sending side.
        public var encode: Double
        /// Nanoseconds for each value on the receiving side.
        public var decode: Double

        public init(precision: Precision, coding: TransmitCoding, encode: Double, decode: Double) {
            self.precision = precision
            self.coding = coding
            self.encode = encode
            self.decode = decode
        }

        enum CodingKeys: String, CodingKey {
            case precision = "transmit_bits", coding, encode = "encode_ns_per_value", decode = "decode_ns_per_value"
        }
    }

    public var version = Self.currentVersion
    public var model: ModelIdentity
    /// Name of the processor, for people.
    public var device: String
    /// Version of the inference runtime.
    public var runtime: String
    public var threads: Int
    /// The unsplit model at the deployed optimisation level.
    public var whole: Timing
    public var layers: [LayerTiming]
    public var heads: [HalfTiming]
    /// Heads of 8-bit weights and activations, where any layer of theirs computes in integers; `nil` where none was timed.
    public var integerHeads: [HalfTiming]?
    public var tails: [HalfTiming]
    public var coding: [CodingTiming]

    public init(
        model: ModelIdentity, device: String, runtime: String, threads: Int, whole: Timing, layers: [LayerTiming],
        heads: [HalfTiming], integerHeads: [HalfTiming]? = nil, tails: [HalfTiming], coding: [CodingTiming]
    ) {
        self.model = model
        self.device = device
        self.runtime = runtime
        self.threads = threads
        self.whole = whole
        self.layers = layers
        self.heads = heads
        self.integerHeads = integerHeads
        self.tails = tails
        self.coding = coding
    }

    enum CodingKeys: String, CodingKey {
        case version, model, device, runtime, threads, whole, layers, heads, integerHeads = "integer_heads", tails
        case coding
    }
}

/// Which model a profile or plan set speaks of. Two models are the same when their digests are.
public struct ModelIdentity: Hashable, Codable, Sendable {
    public var name: String
    /// SHA-256 of the model file (followed by those of its external data), 64 hexadecimal digits.
    public var sha256: String

    public init(name: String, sha256: String) {
        self.name = name
        self.sha256 = sha256
    }
}
