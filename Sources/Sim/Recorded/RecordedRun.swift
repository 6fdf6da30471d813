public import Controller
public import Model

/// One run of one device as telemetry recorded it, from which the world that it met is made again: in a simulation the same frames
/// then meet the same machines and the same link, whoever decides.
///
/// What is known of that world is what frames and probes met of it, so it is known where they were. Between readings the nearest
/// hold; a machine's slowdown is the median of the readings around, since the chance that one frame met is not the next one's.
/// Times of frames, samples and the world are all the device's clock; `events` and `decisions` are the controller's, whose clock
/// may be another, and only spans between them are used.
public struct RecordedRun: Sendable {
    public let planSet: PlanSet
    /// What the controller decided by.
    public let settings: ControllerSettings
    /// In the order of capture.
    public let frames: [FrameRecord]
    /// In the order of time.
    public let samples: [Sample]
    public let events: [TimedEvent]
    public let decisions: [Decision]

    /// - Parameter decisions: of one controller, as `events` are.
    /// - Throws: `RecordedRunError` without frames, or where one is of a plan that the set lacks.
    public init(
        planSet: PlanSet, settings: ControllerSettings, frames: [FrameRecord], samples: [Sample],
        events: [TimedEvent] = [], decisions: [Decision] = []
    ) throws(RecordedRunError) {
        guard !frames.isEmpty else { throw .noFrames }
        for frame in frames where planSet.plan(id: frame.planID) == nil {
            throw .unknownPlan(frame.planID, frame: frame.frame)
        }
        self.planSet = planSet
        self.settings = settings
        // Sorting keeps the order of equals.
        self.frames = frames.sorted { $0.captured < $1.captured }
        self.samples = samples.sorted { $0.time < $1.time }
        self.events = events
        self.decisions = decisions
    }

    /// The device's clock at the world's time zero: when it was first heard of.
    public var origin: Instant {
        let first = frames.map(\.captured).min() ?? .zero
        return min(first, samples.first?.time ?? first)
    }

    /// Of all frames, as they were served.
    public var live: LatencySummary? { LatencySummary(frames.map(\.latency)) }
}

/// A record from which no world can be made.
public enum RecordedRunError: InputError, Hashable {
    case noFrames
    case unknownPlan(String, frame: Int)

    public var description: String {
        switch self {
        case .noFrames:
            "recorded run: holds no frame that was answered; record a run with frames, or leave --simulate out"
        case .unknownPlan(let plan, let frame):
            "recorded run: frame \(frame) was served by a plan '\(plan.onOneLine)' that its plan set lacks; give the set that it was recorded with"
        }
    }
}
