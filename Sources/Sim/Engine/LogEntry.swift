public import Model

/// One thing that happened in a run.
public struct LogEntry: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Codable, Sendable {
        case captured
        case edgeBegan = "edge_began", edgeEnded = "edge_ended"
        /// The uplink's queue is full.
        case refused
        case sendBegan = "send_began", sendEnded = "send_ended"
        case atCloud = "at_cloud"
        case cloudBegan = "cloud_began", cloudEnded = "cloud_ended"
        case returnBegan = "return_began", returnEnded = "return_ended"
        /// Gone with its worker.
        case abandoned
        /// The edge is to answer alone.
        case gaveUp = "gave_up"
        case answered, answeredAlone = "answered_alone"
        case lost
    }

    public var time: Instant
    public var kind: Kind
    /// Position in `World.deviceNames`; `nil` for frames of others.
    public var device: Int?
    /// Number on the device; `nil` for messages that are no frames.
    public var frame: Int?
    /// Position in the plan set; `nil` for messages that are no frames.
    public var plan: Int?
    /// On the way that it is on, or was last.
    public var bytes: Int
    /// Of the cloud.
    public var worker: Int?
}

extension Simulation {
    @inline(__always)
    mutating func note(_ kind: LogEntry.Kind, _ slot: Int) {
        if options.log { append(kind, slot) }
    }

    private mutating func append(_ kind: LogEntry.Kind, _ slot: Int) {
        let job = jobs[slot]
        let isFrame = job.content == .frame
        log.append(
            LogEntry(
                time: now, kind: kind, device: job.content == .foreign ? nil : Int(job.device),
                frame: isFrame ? Int(job.frame) : nil, plan: isFrame ? Int(job.plan) : nil, bytes: Int(job.bytes),
                worker: job.worker >= 0 ? Int(job.worker) : nil))
    }
}
