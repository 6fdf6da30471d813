public import Controller
public import Model

/// Decides which plan one device runs, from what a controller can know: signals in, actions out, and no look at the world. A
/// value: a copy is a checkpoint.
///
/// The world begins with `Event.attached`, answers every `Action.prepare` and `Action.activate` by the rules of
/// `SplitController`, and makes a move cost the same, whoever orders it.
public protocol Policy: Sendable {
    /// What the world has to tell; it makes up nothing that nobody reads. Events always come.
    var needs: PolicyNeeds { get }

    mutating func take(_ signal: Signal, at now: Instant) -> [Action]

    /// The same for one device of a group, from zero: where devices that are alike should not all do the same at once.
    func forDevice(_ number: Int) -> Self
}

extension Policy {
    public func forDevice(_ number: Int) -> Self { self }
}

public struct PolicyNeeds: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let samples = PolicyNeeds(rawValue: 1)
    public static let frames = PolicyNeeds(rawValue: 2)
    public static let ticks = PolicyNeeds(rawValue: 4)
}

/// Who decides for a device of a simulated world.
public enum Driver: Sendable {
    /// This plan from start to end, by its position in the plan set.
    case fixed(Int)
    /// For each frame the plan under which it and the next few are answered soonest, by the future as it comes, which no causal
    /// policy can know; moves cost nothing. Where devices share, what others do is taken to go on as it is, and what a frame keeps
    /// them waiting counts as its own. Near the best sequence of plans, but not proven to be it.
    case oracle
    case causal(any Policy)
}
