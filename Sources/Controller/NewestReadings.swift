import Model
import Telemetry

/// What was read of the link last.
///
/// An estimate weighs readings against each other. Where the newest contradicts those before it, that is slow, and wrong when a
/// reading of great weight fell into a fade. What a frame costs now shows best in the newest reading: the more so the longer
/// the frames lie apart. So the newest moment of a window takes what was read of the rate, where that is off the estimate by
/// more than `usual`; nearer readings are as noisy as that, and their weighed mean errs less. The round trip it takes as it was
/// read.
struct NewestReadings: Sendable {
    /// Readings within this factor of an estimate say the same.
    private static let usual = 1.35

    private var uplink: Sample?
    private var rtt: Sample?

    mutating func read(_ sample: Sample) {
        guard sample.weight > 0 else { return }
        switch sample.metric {
        case .uplink: uplink = newer(sample, than: uplink)
        case .rtt: rtt = newer(sample, than: rtt)
        default: break
        }
    }

    func revise(_ conditions: inout Conditions) {
        if let rate = uplink?.value, isNews(rate, beside: conditions.uplink.bitsPerSecond) {
            conditions.uplink = BitRate(bitsPerSecond: rate)
        }
        if let seconds = rtt?.value { conditions.rtt = Nanoseconds(seconds: seconds) }
    }

    private func newer(_ sample: Sample, than held: Sample?) -> Sample {
        held.map { sample.time >= $0.time ? sample : $0 } ?? sample
    }

    private func isNews(_ rate: Double, beside estimate: Double) -> Bool {
        max(rate, estimate) > min(rate, estimate) * Self.usual
    }
}
