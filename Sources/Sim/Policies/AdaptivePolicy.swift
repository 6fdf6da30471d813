public import Controller
public import Model
import Optimizer
import Telemetry

/// The controller as it serves a device in the field: samples to the estimator, its windows to `SplitController` at every tick.
public struct AdaptivePolicy: Policy {
    /// How far ahead a growing backlog counts.
    private static let horizon = Nanoseconds.seconds(5)

    public private(set) var controller: SplitController
    private var estimator = ConditionsEstimator()

    /// - Parameter settings: the workload is the group's where it says none.
    public init(_ group: DeviceGroup, settings: ControllerSettings = .standard) {
        controller = SplitController(
            planSet: group.planSet, settings: settings.serving(group.arrivals.meanInterval, horizon: Self.horizon))
    }

    public var needs: PolicyNeeds { [.samples, .ticks] }

    public mutating func take(_ signal: Signal, at now: Instant) -> [Action] {
        switch signal {
        case .samples(let samples):
            for sample in samples { estimator.record(sample) }
            return []
        case .frames: return []
        case .tick:
            guard let window = estimator.window(at: now) else { return [] }
            return controller.step(.conditions(window), at: now)
        case .event(let event): return controller.step(event, at: now)
        }
    }
}

extension ControllerSettings {
    fileprivate func serving(_ interval: Nanoseconds?, horizon: Nanoseconds) -> ControllerSettings {
        guard workload == .isolated, let interval else { return self }
        let serving = try? ControllerSettings(
            objective: objective, workload: Workload(frameInterval: interval, horizon: horizon),
            minimumDwell: minimumDwell, minimumGain: minimumGain, minimumGainShare: minimumGainShare,
            overrideRatio: overrideRatio, prepareTimeout: prepareTimeout, activateTimeout: activateTimeout,
            drainTimeout: drainTimeout, retryDelay: retryDelay, retryLimit: retryLimit, minimumSamples: minimumSamples,
            maximumWindowAge: maximumWindowAge, mode: mode)
        return serving ?? self
    }
}
