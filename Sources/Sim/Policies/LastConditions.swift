package import Model
import Telemetry

/// The conditions by the newest reading of each, with no memory: what methods go by that measure before they decide.
///
/// A reading of weight zero says nothing. Before the first reading of a metric it has the estimator's initial value.
package struct LastConditions: Hashable, Sendable {
    package private(set) var value = EstimatorSettings().initial

    package init() {}

    package mutating func read(_ samples: [Sample]) {
        for sample in samples where sample.weight > 0 { value[sample.metric] = sample.value }
    }
}

extension Conditions {
    /// In the metric's own unit. What no frame meets reads as zero, and is not kept.
    subscript(metric: Metric) -> Double {
        get {
            switch metric {
            case .uplink: uplink.bitsPerSecond
            case .downlink: downlink.bitsPerSecond
            case .rtt: rtt.inSeconds
            case .edgeSlowdown: edgeSlowdown
            case .cloudSlowdown: cloudSlowdown
            case .cloudQueue: cloudQueue.inSeconds
            default: 0
            }
        }
        set {
            switch metric {
            case .uplink: uplink = BitRate(bitsPerSecond: newValue)
            case .downlink: downlink = BitRate(bitsPerSecond: newValue)
            case .rtt: rtt = Nanoseconds(seconds: newValue)
            case .edgeSlowdown: edgeSlowdown = newValue
            case .cloudSlowdown: cloudSlowdown = newValue
            case .cloudQueue: cloudQueue = Nanoseconds(seconds: newValue)
            default: break
            }
        }
    }
}
