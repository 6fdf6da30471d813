public import Model

extension EdgeAgent {
    public struct Configuration: Sendable {
        /// Names the agent to its controller and its worker.
        public var device: String
        /// Where the cloud's half runs; `nil`: nowhere, the edge answers alone.
        public var worker: Endpoint?
        /// Who decides on moves; `nil`: nobody.
        public var controller: Endpoint?
        /// From one frame to the next.
        public var frameInterval: Nanoseconds
        /// Frames to serve; `nil`: until stopped.
        public var frames: Int?
        /// Emulates a slower device: after work of t the processor rests (slowdown - 1) t. At least 1.
        public var slowdown = 1.0
        /// Whether the edge answers alone when the cloud does not. Without it frames wait, and are sent again after a
        /// reconnection.
        public var fallback = true
        public var patience = Patience()
        /// Frames on the wire without a receipt.
        public var window = 2
        /// Run from the start, instead of what a controller says.
        public var fixedPlan: Plan?
        /// What edge-only is known to cost, until a controller's plan set says it: without it the edge's slowdown is
        /// not measured then.
        public var edgeOnlyPlan: Plan?
        /// Sends bytes over an idle link, and runs a head on an idle edge, so that their estimates stay fresh.
        public var probes = true
        /// Waits with the first frame until worker and controller are there, at most `readyWithin`; then goes without
        /// them.
        public var waitsForPeers = false
        /// How long a fixed plan may take to be ready.
        public var readyWithin = Nanoseconds.seconds(30)
        /// How long frames under way may take after the last one was captured; the rest is lost.
        public var drainWithin = Nanoseconds.seconds(10)
        /// Frames under way at which the source is held up.
        public var largestBacklog = 1000

        public init(device: String, worker: Endpoint?, controller: Endpoint?, frameInterval: Nanoseconds) {
            self.device = device
            self.worker = worker
            self.controller = controller
            self.frameInterval = frameInterval
        }
    }

    /// What an agent lets be seen while it runs.
    public enum Observation: Sendable {
        case frame(FrameRecord)
        case sample(Sample)
        case activated(Epoch, firstFrame: Int)
        case linkLost(Instant)
        case linkRestored(Instant)
    }
}

extension EdgeAgent.Configuration {
    func coreSettings(model: ModelIdentity) -> AgentCore.Settings {
        var settings = AgentCore.Settings()
        settings.window = max(window, 1)
        settings.fallback = fallback
        settings.patience = patience
        settings.fixedPlan = fixedPlan
        settings.modelSHA256 = model.sha256
        if !probes {
            settings.rateProbeInterval = nil
            settings.edgeProbeInterval = nil
        }
        return settings
    }

    /// Edge-only of unknown cost, where nobody says what it is.
    var epochZeroPlan: Plan {
        if let edgeOnlyPlan, edgeOnlyPlan.isEdgeOnly { return edgeOnlyPlan }
        return .unknownEdgeOnly
    }
}

extension Plan {
    /// The edge alone at unknown cost.
    static let unknownEdgeOnly = Plan(
        id: "edge-only", crossing: [], coding: .packed, headLayers: 0, edgeWork: .zero, encodeWork: .zero,
        transmitBytes: 0, cloudWork: .zero, resultBytes: 0, edgeBytes: 0)
}
