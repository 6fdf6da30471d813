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

    /// Rows of one kind and boot that no version of resplit writes.
    public struct WrongRows: Hashable, Codable, Sendable {
        public enum Kind: String, Codable, Sendable {
            /// Samples of a value that their metric cannot have.
            case value
            /// Samples of a weight that is not above 0 and up to 1.
            case weight
            /// Samples of a metric that neither this version nor the file knows.
            case metric
            /// Samples beyond 36 years of their clock's origin, or in another minute than their time is.
            case time
            /// Rows of a boot or a device that the file does not have.
            case owner
        }

        public var kind: Kind
        /// Absent where the file has none.
        public var device: String?
        public var boot: Int?
        public var table: String
        public var rows: Int

        public init(kind: Kind, device: String? = nil, boot: Int? = nil, table: String, rows: Int) {
            self.kind = kind
            self.device = device
            self.boot = boot
            self.table = table
            self.rows = rows
        }
    }

    /// A second, minute or hour whose roll-ups do not equal what they are made of: samples, seconds, minutes.
    public struct WrongRollUps: Hashable, Codable, Sendable {
        public var width: RollUpWidth
        /// Its start: wall clock, in nanoseconds since 1970.
        public var wall: Int64
        /// Roll-ups that differ, are missing, or are of nothing.
        public var rows: Int

        public init(width: RollUpWidth, wall: Int64, rows: Int) {
            self.width = width
            self.wall = wall
            self.rows = rows
        }

        enum CodingKeys: String, CodingKey { case width = "width_s", wall = "wall_ns", rows }
    }

    /// What is wrong with the file, as SQLite finds it, and with its log.
    public var damage: [String] = []
    public var wrongRows: [WrongRows] = []
    /// Finest first, then in order of time.
    public var wrongRollUps: [WrongRollUps] = []
    public var gaps: [Gap] = []
    public var clockFaults: [ClockFault] = []
    public var silences: [Silence] = []
    /// Those that can be.
    public var samples = 0
    public var boots = 0

    /// Whether nothing but silences was found.
    public var isSound: Bool {
        damage.isEmpty && wrongRows.isEmpty && wrongRollUps.isEmpty && gaps.isEmpty && clockFaults.isEmpty
    }

    enum CodingKeys: String, CodingKey {
        case damage, wrongRows = "wrong_rows", wrongRollUps = "wrong_rollups", gaps, clockFaults = "clock_faults"
        case silences, samples, boots
    }
}
