import Model

/// A frame under way, or a message that goes the same ways, and the moments between its stages.
struct Job: Sendable {
    /// Where it is on the way that its plan says.
    enum Place: UInt8, Sendable {
        case atEdge, onEdge, toUplink, onUplink, toCloud, inCloud, onWorker, toDownlink, onDownlink, toAgent
        /// Nowhere: done, or given up, or gone with its worker.
        case gone
    }

    enum Content: UInt8, Sendable {
        case frame
        /// Bytes sent to measure the uplink.
        case probe
        /// A small head run to measure the edge.
        case edgeProbe
        /// A part of a head's weights on its way down.
        case weights
        /// A frame of others in the cloud.
        case foreign
    }

    var content = Content.frame
    var place = Place.atEdge
    /// The edge is to answer it, or has.
    var isAlone = false
    /// The edge's work on it is the whole model.
    var isWhole = false
    var isAnswered = false
    /// Gone with its worker.
    var isAbandoned = false
    /// Whether the agent has the worker's word that it came, or will.
    var isReceipted = false
    var device: Int32
    /// Position of the lane that it came from; negative for none.
    var lane: Int32 = -1
    var frame: Int32 = 0
    /// Position in the plan set.
    var plan: Int32 = 0
    /// Position of its epoch among those held; of weights, the number of the preparation.
    var epoch: Int32 = 0
    var worker: Int32 = -1
    /// Bytes on the way it is on.
    var bytes: Int32 = 0
    /// The job of the same frame that the edge has to answer alone, or that the cloud still may answer.
    var twin: Int32 = -1
    /// The next of its batch.
    var next: Int32 = -1
    var captured: Int64
    /// On the time of its work.
    var variation = 1.0
    // Moments in their order; negative where they have not come.
    var edgeBegun: Int64 = -1
    var headDone: Int64 = -1
    var encoded: Int64 = -1
    var sendBegun: Int64 = -1
    var sent: Int64 = -1
    var atCloud: Int64 = -1
    var cloudBegun: Int64 = -1
    var cloudDone: Int64 = -1
    var returnBegun: Int64 = -1
    var returned: Int64 = -1
    /// When the edge was to answer alone, and when it began to.
    var gaveUp: Int64 = -1
    var aloneBegun: Int64 = -1
    /// Of the way to the cloud, the wait there for the work of others.
    /// Of a frame of others its work.
    var foreignQueue: Int64 = 0
    /// What a worker has to do for it.
    var cloudWork: Int64 = 0
}

/// Frames of lanes, in a cloud that is shared.
extension Job {
    init(_ way: Lane.Returning, lane: Int, device: Int) {
        self.init(device: Int32(device), captured: way.captured)
        self.lane = Int32(lane)
        frame = Int32(truncatingIfNeeded: way.frame)
        plan = Int32(way.plan)
        (edgeBegun, headDone, encoded) = (way.edgeBegun, way.headDone, way.encoded)
        (sendBegun, sent, foreignQueue) = (way.sendBegun, way.sent, way.others)
    }

    var way: Lane.Returning {
        var way = Lane.Returning(
            frame: Int(frame), plan: Int(plan), captured: captured, edgeBegun: edgeBegun, headDone: headDone,
            encoded: encoded)
        (way.sendBegun, way.sent, way.others) = (sendBegun, sent, foreignQueue)
        (way.atCloud, way.cloudBegun, way.cloudDone) = (atCloud, cloudBegun, cloudDone)
        return way
    }
}
