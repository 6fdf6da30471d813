import Model

/// Something that will happen, in 8 bytes: what, to which device or group, and a number that says more.
struct Happening: Sendable {
    /// At one moment things happen in the order of these: what changes the world, then the ends of services, arrivals, what agents
    /// and controllers do, and captures last.
    enum Kind: UInt8, Sendable {
        /// Subject: position in `World.faults`.
        case faultBegins, faultEnds
        /// The pool looks whether it has the workers it needs; a new one is ready.
        case scale, workerReady
        /// Subject of the ends of services and of arrivals: the job; of a batch the first.
        case edgeDone, sendDone, cloudDone, returnDone
        /// Of a processor and a cell that are shared. Subject: the number of the plan that said so; one that is overtaken is void.
        case shareDone, cellDone
        case atCloud, atEdge
        /// The agent knows that a frame of its is in the cloud.
        case receipt
        /// A worker has waited for its batch to fill. Subject: the worker; device: which of its waits.
        case batchCloses
        /// A frame of others. Subject: the position of its surge in `World.faults`.
        case foreign
        /// The agent's patience with a job is at its end; it notices that a job is gone with its worker.
        case patience, noticed
        /// Of moves. Subject: the number of the preparation, negative where nothing had to be built.
        case built, active
        case wake, ping, pong, edgeProbe
        case tick
        case capture

        var priority: UInt8 { rawValue }
    }

    let kind: Kind
    private let upperDevice: UInt8
    private let lowerDevice: UInt16
    let subject: Int32

    /// - Parameter device: of its number the last 24 bits are kept, of the subject's the last 32.
    @inline(__always)
    init(_ kind: Kind, device: Int = 0, subject: Int = 0) {
        self.kind = kind
        upperDevice = UInt8(truncatingIfNeeded: device >> 16)
        lowerDevice = UInt16(truncatingIfNeeded: device)
        self.subject = Int32(truncatingIfNeeded: subject)
    }

    @inline(__always)
    var device: Int { Int(upperDevice) << 16 | Int(lowerDevice) }
}
