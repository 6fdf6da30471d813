package import Model

extension AgentCore {
    /// What happened. Times within an event are by the edge's clock, from where they were taken.
    package enum Event: Hashable, Sendable {
        case start
        /// The source gave its next frame.
        case captured
        /// Head and encoding of a frame are done.
        case encoded(frame: Int, HeadTimes, bytes: Int)
        /// The whole model is done with a frame.
        case answeredAlone(frame: Int, begun: Instant, Verdict)
        case headFailed(frame: Int, reason: String)
        /// The edge had nothing left to do for a frame.
        case skipped(frame: Int)
        /// A head ran on its own account.
        case probed(Plan, Nanoseconds)
        case link(Int, LinkEvent)
        case headBuilt(Epoch)
        case headNotBuilt(Epoch, reason: String)
        case order(ControllerMessage)
        case tick
    }

    /// What happened on the connection to the worker. Connections are numbered; what a former one still says is
    /// ignored.
    package enum LinkEvent: Hashable, Sendable {
        case up
        case down
        case pong(number: UInt64)
        case receipt(frame: Int)
        case answer(frame: Int, queue: Nanoseconds, compute: Nanoseconds, Verdict)
        case refused(frame: Int, FrameReply.Refusal, reason: String)
        case prepared(Epoch)
        case notPrepared(Epoch, reason: String)
    }

    package struct HeadTimes: Hashable, Sendable {
        package var begun: Instant
        package var headDone: Instant
        package var encoded: Instant

        package init(begun: Instant, headDone: Instant, encoded: Instant) {
            self.begun = begun
            self.headDone = headDone
            self.encoded = encoded
        }
    }

    /// The answer to a frame, as far as it is recorded.
    package struct Verdict: Hashable, Sendable {
        package var topClass: Int
        package var isCorrect: Bool?

        package init(topClass: Int, isCorrect: Bool?) {
            self.topClass = topClass
            self.isCorrect = isCorrect
        }
    }

    /// What is to be done; in order, and none of it waits.
    package enum Effect: Hashable, Sendable {
        /// Give the frame to the edge's processor, which asks `begin` when its turn has come; urgent ones before all
        /// others.
        case compute(frame: Int, urgent: Bool)
        /// Hand the frame's payload to the wire.
        case send(frame: Int)
        /// Nothing of the frame is needed any more.
        case forget(frame: Int)
        /// - Parameter answer: bytes that the answer is to carry.
        case ping(number: UInt64, padding: Int, answer: Int)
        case buildHead(Epoch, Plan)
        /// Build heads and tails of these when there is time, so that later moves are instant.
        case buildAhead([Plan])
        case prepareWorker(Epoch, Plan)
        /// Let the epoch go, here and on the worker.
        case retire(Epoch)
        case probeEdge
        /// Close the connection to the worker; another is made.
        case reconnect
        case record(FrameRecord)
        case sample(Sample)
        case tell(AgentMessage)
        case log(String)
        /// The agent cannot go on.
        case fail(DataPlaneError)
    }

    /// What the edge's processor does for a frame when its turn has come.
    package enum Work: Hashable, Sendable {
        case head(Epoch, Plan)
        /// The whole model, as the epoch's plan holds it.
        case whole(Epoch)
        case nothing
    }
}
