public import Model
public import Sim

/// A figure of a run, by its key in reports.
public enum RunMetric: String, CaseIterable, Sendable {
    case frames, lost, mean = "mean_ms", p50 = "p50_ms", p95 = "p95_ms", p99 = "p99_ms"
    case deadlineMissed = "deadline_missed", fallbacks, moves, movesPerHour = "moves_per_hour"
    case uplinkBytes = "uplink_bytes", edgeEnergy = "edge_energy_j", regretToOracle = "regret_to_oracle"
    case regretToBestStatic = "regret_to_best_static"

    /// - Parameter duration: of the run, times its devices (`World.deviceTime`): the time in which moves are counted.
    /// - Returns: `nil` where the run has no such figure.
    public func value(in summary: RunSummary, duration: Nanoseconds) -> Double? {
        switch self {
        case .frames: Double(summary.frames)
        case .lost: Double(summary.lost)
        case .mean: summary.latency?.mean.inMilliseconds
        case .p50: summary.latency?.p50.inMilliseconds
        case .p95: summary.latency?.p95.inMilliseconds
        case .p99: summary.latency?.p99.inMilliseconds
        case .deadlineMissed: Double(summary.deadlineMissed)
        case .fallbacks: Double(summary.fallbacks)
        case .moves: Double(summary.moves)
        case .movesPerHour: Double(summary.moves) / (duration.inSeconds / 3600)
        case .uplinkBytes: Double(summary.uplinkBytes)
        case .edgeEnergy: summary.edgeEnergy
        case .regretToOracle: summary.regretToOracle
        case .regretToBestStatic: summary.regretToBestStatic
        }
    }
}

extension World {
    /// The duration, once for each device.
    public var deviceTime: Nanoseconds { duration.scaled(by: Double(max(deviceCount, 1))) }
}
