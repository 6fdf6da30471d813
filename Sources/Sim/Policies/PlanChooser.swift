public import Model

/// The choosing half of a published method: readings in, a plan out. How the choice comes about on a device is
/// `ChoosingPolicy`'s business. A value; equal states given equal readings make equal choices.
public protocol PlanChooser: Sendable {
    /// What it reads. Samples come before the frames of the same moment.
    static var readings: PolicyNeeds { get }

    mutating func read(_ samples: [Sample])
    mutating func read(_ frames: [FrameRecord])
    /// Frames captured from now on are served by the plan at this position of the set; `nil`: by none of the set.
    mutating func began(_ plan: Int?)
    /// Position of the plan that it would run now; `nil` where it would go on as it is.
    mutating func choice() -> Int?
}

extension PlanChooser {
    public mutating func read(_ frames: [FrameRecord]) {}
    public mutating func began(_ plan: Int?) {}
}
