import Model
import Optimizer
public import Telemetry

/// How old and how firm what a window says is: the readings that a decision stands on. `nil` where there was none: the window then
/// holds an assumption in its place.
public struct Evidence: Hashable, Codable, Sendable {
    public var uplink: MetricReading?
    public var edgeSlowdown: MetricReading?

    public init(uplink: MetricReading?, edgeSlowdown: MetricReading?) {
        self.uplink = uplink
        self.edgeSlowdown = edgeSlowdown
    }

    public init(_ estimate: ConditionsEstimate) {
        self.init(uplink: estimate.reading(of: .uplink), edgeSlowdown: estimate.reading(of: .edgeSlowdown))
    }

    /// Of a window whose samples are known to hold.
    public static let certain = Evidence(
        uplink: MetricReading(value: 0, age: .zero, confidence: 1),
        edgeSlowdown: MetricReading(value: 1, age: .zero, confidence: 1))

    enum CodingKeys: String, CodingKey { case uplink = "uplink_bps", edgeSlowdown = "edge_slowdown" }

    /// What keeps these from being decided on, `elapsed` after they were stated.
    func lack(after elapsed: Nanoseconds, _ settings: ControllerSettings) -> Lack? {
        for (metric, reading) in [(Metric.uplink, uplink), (.edgeSlowdown, edgeSlowdown)] {
            guard let reading else { return .unread(metric) }
            let age = reading.age + elapsed
            guard age <= settings.readingAgeLimit else { return .old(metric, age) }
            guard reading.confidence >= settings.minimumConfidence else { return .doubtful(metric, reading.confidence) }
        }
        return nil
    }
}

/// Why nothing can be decided on a window.
enum Lack: Hashable {
    case unread(Metric)
    case old(Metric, Nanoseconds)
    case doubtful(Metric, Double)

    /// A line for a person.
    func text(_ settings: ControllerSettings) -> String {
        switch self {
        case .unread(let metric): "no reading of the \(name(metric)) yet"
        case .old(let metric, let age):
            "the last reading of the \(name(metric)) is \(milliseconds(age.inMilliseconds)) old"
        case .doubtful(let metric, let confidence):
            "confidence in the \(name(metric)) is \(short(confidence)) of \(short(settings.minimumConfidence)) needed"
        }
    }

    private func name(_ metric: Metric) -> String { metric == .uplink ? "uplink" : "edge's slowdown" }
}

extension ControllerSettings {
    /// Frames that come seldom are readings that come seldom.
    fileprivate var readingAgeLimit: Nanoseconds {
        max(maximumReadingAge, (workload.frameInterval ?? .zero) * 3)
    }
}
