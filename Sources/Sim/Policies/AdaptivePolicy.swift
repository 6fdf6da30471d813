public import Controller
public import Model
import Optimizer
import Telemetry

/// The product: what decides for a device in the field, by the signals that the field would send.
public struct AdaptivePolicy: Policy {
    /// How far ahead a growing backlog counts, as in the field.
    private static let horizon = Nanoseconds.seconds(3)

    public private(set) var decider: DeviceController
    /// Told every event that a signal came to, and when: to be kept for a replay. Changes nothing.
    public var heard: (@Sendable (Event, Instant) -> Void)?

    /// - Parameter settings: the workload is the group's where they say none.
    public init(_ group: DeviceGroup, settings: ControllerSettings = .standard) {
        var settings = settings
        if settings.workload == .isolated, let interval = group.arrivals.meanInterval {
            settings.workload = Workload(frameInterval: interval, horizon: Self.horizon)
        }
        decider = DeviceController(
            controller: SplitController(planSet: group.planSet, settings: settings),
            estimator: ConditionsEstimator())
    }

    /// Each device has its own part in `ControllerSettings.herdSpread`: multiples of the golden ratio lie evenly, however many there are.
    public func forDevice(_ number: Int) -> AdaptivePolicy {
        var policy = self
        let part = Double(number) * 0.618_033_988_749_894_9
        let old = decider.controller
        policy.decider = DeviceController(
            controller: SplitController(
                planSet: old.planSet, settings: old.settings, herdPart: part - part.rounded(.down)),
            estimator: decider.estimator)
        return policy
    }

    public var needs: PolicyNeeds { [.samples, .frames, .ticks] }

    public mutating func take(_ signal: Signal, at now: Instant) -> [Action] {
        decider.take(signal, at: now) { [heard] in heard?($0, now) }
    }
}
