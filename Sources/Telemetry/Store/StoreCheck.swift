public import Model

/// What is wrong with a file, or was with the clocks and sensors that filled it.
public struct StoreCheck: Hashable, Codable, Sendable {
    /// A stretch of one boot in which no sample of any metric was taken.
    public struct Gap: Hashable, Codable, Sendable {
        public var device: String
        public var boot: Int
        /// The last sample before it, on the device's clock.
        public var from: Instant
        public var length: Nanoseconds

        public init(device: String, boot: Int, from: Instant, length: Nanoseconds) {
            self.device = device
            self.boot = boot
            self.from = from
            self.length = length
        }

        enum CodingKeys: String, CodingKey { case device, boot, from = "from_ns", length = "gap_ms" }
    }

    /// A clock that did not go on evenly.
    public struct ClockFault: Hashable, Codable, Sendable {
        public enum Kind: String, Codable, Sendable {
            /// The store's wall clock was set while it ran.
            case wallClock = "wall_clock"
            /// A frame of a device was captured before the frame of a lower number.
            case deviceClock = "device_clock"
            /// A boot of a device began before the samples of its boot before had ended: the store's wall clock went back
            /// between two runs, or two agents bear one name.
            case overlap
        }

        public var kind: Kind
        /// Absent where the store's own clock is meant.
        public var device: String?
        public var boot: Int?
        /// Where it was found: wall clock, in nanoseconds since 1970.
        public var wall: Int64
        /// Forward is positive.
        public var step: Nanoseconds

        enum CodingKeys: String, CodingKey { case kind, device, boot, wall = "wall_ns", step = "step_ms" }
    }

    /// A metric whose samples end long before those of its boot. Not a fault by itself: some are measured only while there
    /// is traffic.
    public struct Silence: Hashable, Codable, Sendable {
        public var device: String
        public var boot: Int
        public var metric: Metric
        /// Its last sample, on the device's clock.
        public var last: Instant
        /// From then to the boot's last sample.
        public var length: Nanoseconds

        enum CodingKeys: String, CodingKey { case device, boot, metric, last = "last_ns", length = "silent_ms" }
    }

    /// What SQLite finds wrong with the file.
    public var damage: [String] = []
    /// Minutes whose roll-ups do not account for every sample, since 1970.
    public var wrongRollUps: [Int64] = []
    public var gaps: [Gap] = []
    public var clockFaults: [ClockFault] = []
    public var silences: [Silence] = []
    public var samples = 0
    public var boots = 0

    /// Whether nothing but silences was found.
    public var isSound: Bool { damage.isEmpty && wrongRollUps.isEmpty && gaps.isEmpty && clockFaults.isEmpty }

    enum CodingKeys: String, CodingKey {
        case damage, wrongRollUps = "wrong_rollups", gaps, clockFaults = "clock_faults", silences, samples, boots
    }
}
