public import Model

/// What became of each frame of one device, in the order of capture: 19 bytes a frame.
public struct FrameColumns: Hashable, Sendable {
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Never answered: dropped, or gone where the edge could not answer alone.
        public static let lost = Flags(rawValue: 1)
        /// Answered by the edge alone because the cloud did not in time.
        public static let fallback = Flags(rawValue: 2)
        /// Given up by the drop rule; lost, too.
        public static let dropped = Flags(rawValue: 4)
    }

    public internal(set) var captured: ContiguousArray<Instant> = []
    /// Negative where the frame is not answered.
    var latencies: ContiguousArray<Int64> = []
    /// Positions in the plan set of the device's group.
    var planPositions: ContiguousArray<UInt16> = []
    public internal(set) var flags: ContiguousArray<Flags> = []

    public var count: Int { captured.count }

    /// From capture to answer; `nil` where the frame is lost or under way.
    public func latency(of frame: Int) -> Nanoseconds? {
        latencies[frame] >= 0 ? Nanoseconds(latencies[frame]) : nil
    }

    /// Position of the plan that was in force at the capture.
    public func plan(of frame: Int) -> Int { Int(planPositions[frame]) }

    /// Latencies of the frames answered, in the order of capture.
    public var answeredLatencies: [Nanoseconds] { latencies.lazy.filter { $0 >= 0 }.map(Nanoseconds.init) }

    mutating func reserve(_ count: Int) {
        captured.reserveCapacity(count)
        latencies.reserveCapacity(count)
        planPositions.reserveCapacity(count)
        flags.reserveCapacity(count)
    }

    @inline(__always)
    mutating func append(captured time: Int64, plan: Int, latency: Int64 = -1, flags new: Flags = []) {
        captured.append(Instant(nanoseconds: time))
        latencies.append(latency)
        planPositions.append(UInt16(truncatingIfNeeded: plan))
        flags.append(new)
    }

    /// Takes back the last captures, which come at `time` or later.
    mutating func removeCaptures(from time: Int64) {
        while let last = captured.last, last.nanoseconds >= time {
            captured.removeLast()
            latencies.removeLast()
            planPositions.removeLast()
            flags.removeLast()
        }
    }

    /// Takes back answers that come at `time` or later.
    mutating func forget(from time: Int64) {
        for frame in captured.indices.reversed() where latencies[frame] >= 0 {
            if captured[frame].nanoseconds + latencies[frame] >= time { latencies[frame] = -1 }
        }
    }
}
