public import Model

/// How often frames come, and for how long a plan is judged.
///
/// Frames pass three services in series: the edge (head and encoding, s1), the transfer (s2) and the cloud (s3). With an
/// arrival every `interval` and constant services this is a D/D/1 tandem: by Lindley's recursion (Lindley, "The theory of
/// queues with a single server", 1952) a stage that needs s_i for each frame and receives one every
/// max(interval, s_1, …, s_{i-1}) makes frame n wait n times the excess. The excesses of the stages add up to
/// max(interval, s_1, s_2, s_3) - interval, so frame n of an idle start takes T + n · excess, and the mean over the N
/// frames of the horizon is T + excess · (N - 1) / 2.
public struct Workload: Hashable, Sendable {
    /// Time between two frames; `nil` where each frame finds the system idle.
    public let frameInterval: Nanoseconds?
    /// How far ahead a growing backlog counts.
    public let horizon: Nanoseconds

    /// - Precondition: the interval is positive and the horizon is not negative.
    public init(frameInterval: Nanoseconds?, horizon: Nanoseconds) {
        precondition(frameInterval.map { $0 > .zero } ?? true, "frames come one after another")
        precondition(horizon >= .zero, "a horizon lies ahead")
        self.frameInterval = frameInterval
        self.horizon = horizon
    }

    /// Each frame finds the system idle: latency alone counts.
    public static let isolated = Workload(frameInterval: nil, horizon: .zero)
}

/// The price of overload: what a mean frame waits for each nanosecond by which the longest service exceeds the interval.
struct Overload {
    /// Nanoseconds.
    private let interval: Double
    /// (N - 1) / 2; zero where overload costs nothing.
    private let meanPosition: Double
    /// Tells the services apart from what was added to their costs.
    private let weighing: Weighing

    init(_ workload: Workload, _ weighing: Weighing) {
        self.weighing = weighing
        guard let frameInterval = workload.frameInterval else {
            (interval, meanPosition) = (.infinity, 0)
            return
        }
        interval = Double(frameInterval.count)
        meanPosition = max(0, (Double(workload.horizon.count) / interval - 1) / 2)
    }

    var isFree: Bool { meanPosition == 0 }

    /// Mean extra wait in nanoseconds.
    @inline(__always)
    func wait(_ costs: PlanCosts, at prices: Prices) -> Double {
        let excess = weighing.longestService(costs, at: prices) - interval
        return excess > 0 && meanPosition > 0 ? excess * meanPosition : 0
    }
}
