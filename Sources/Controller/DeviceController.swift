public import Model
public import Telemetry

/// All that decides for one device: its windows and its `SplitController`. The live service and the simulator hand it the same
/// signals, and so get the same decisions.
public struct DeviceController: Sendable {
    public private(set) var controller: SplitController
    public private(set) var estimator: ConditionsEstimator
    /// The device's clock less that of whoever decides, from the newest message. Windows are by the device's.
    public private(set) var clockOffset: Nanoseconds
    private var estimate = ConditionsEstimate()
    private var readings = NewestReadings()

    /// - Parameter estimator: with what is known of the device's past.
    public init(controller: SplitController, estimator: ConditionsEstimator, clockOffset: Nanoseconds = .zero) {
        self.controller = controller
        self.estimator = estimator
        self.clockOffset = clockOffset
    }

    /// Takes one signal and returns what to do about it, in order.
    ///
    /// - Parameter heard: told the event that the signal came to, if it came to one: to be kept for a replay.
    public mutating func take(_ signal: Signal, at now: Instant, heard: (Event) -> Void = { _ in }) -> [Action] {
        guard let event = event(of: signal, at: now) else { return [] }
        heard(event)
        return controller.step(event, at: now)
    }

    /// The device's clock says `time` now.
    public mutating func synchronise(with time: Instant, at now: Instant) { clockOffset = time - now }

    /// Believes what can be a reading.
    ///
    /// - Returns: what was believed. Only that may be kept, so that a restart finds the same windows.
    @discardableResult
    public mutating func record(_ samples: [Sample], at now: Instant) -> [Sample] {
        var believed: [Sample] = []
        believe(samples, at: now) { believed.append($0) }
        return believed
    }

    private mutating func believe(_ samples: [Sample], at now: Instant, _ body: (Sample) -> Void) {
        var newest: Instant?
        for sample in samples where estimator.record(sample) {
            newest = max(newest ?? sample.time, sample.time)
            readings.read(sample)
            body(sample)
        }
        if let newest { clockOffset = newest - now }
    }

    private mutating func event(of signal: Signal, at now: Instant) -> Event? {
        switch signal {
        case .samples(let samples):
            believe(samples, at: now) { _ in }
            return nil
        case .frames(let records): return records.isEmpty ? nil : .served(Served.digest(records))
        case .event(let event): return event
        case .tick:
            estimator.estimate(at: now + clockOffset, into: &estimate)
            estimate.reviseNewest(readings.revise)
            return estimate.window.map { .conditions($0, Evidence(estimate)) }
        }
    }
}
