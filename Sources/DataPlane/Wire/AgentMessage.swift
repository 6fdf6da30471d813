package import Model

/// What an edge agent tells its controller.
package enum AgentMessage: Hashable, Sendable {
    /// The first message of every attachment.
    package struct Hello: Hashable, Sendable {
        package var device: String
        package var modelSHA256: String
        /// Drawn anew at each start of the agent: instants are comparable only within one boot.
        package var boot: String
        /// From one frame to the next.
        package var frameInterval: Nanoseconds
        package var activePlan: String
        package var activeEpoch: Epoch
        /// The agent's clock now.
        package var time: Instant
        /// Highest epoch that the agent has seen, so that a restarted controller numbers on.
        package var lastEpoch: Epoch

        package init(
            device: String, modelSHA256: String, boot: String, frameInterval: Nanoseconds, activePlan: String,
            activeEpoch: Epoch, time: Instant, lastEpoch: Epoch
        ) {
            self.device = device
            self.modelSHA256 = modelSHA256
            self.boot = boot
            self.frameInterval = frameInterval
            self.activePlan = activePlan
            self.activeEpoch = activeEpoch
            self.time = time
            self.lastEpoch = lastEpoch
        }
    }

    case hello(Hello)
    case samples([Sample])
    case frames([FrameRecord])
    case prepared(Epoch)
    case prepareFailed(Epoch, reason: String)
    case activated(Epoch, firstFrame: Int)
    /// Every frame of the epoch is answered, and no more will come.
    case drained(Epoch)
    case linkLost(Instant)
    case linkRestored(Instant)
}

/// What a controller asks of an edge agent.
package enum ControllerMessage: Hashable, Sendable {
    /// The first message of every attachment: the plans that may be asked for.
    case welcome(PlanSet)
    case prepare(Epoch, Plan)
    case activate(Epoch)
    case retire(Epoch)
}
