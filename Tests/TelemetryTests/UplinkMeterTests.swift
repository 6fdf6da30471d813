import Model
import Telemetry
import Testing

@Suite struct UplinkMeterTests {
    private func at(_ milliseconds: Double) -> Instant {
        .zero + Nanoseconds(milliseconds: milliseconds)
    }

    @Test func findsTheRateOfAFirstInFirstOutLink() throws {
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let rate = BitRate.mbps(Double.random(in: 0.5...50, using: &random))
            let rtt = Double.random(in: 1...80, using: &random)
            var meter = UplinkMeter()
            meter.pong(rtt: Nanoseconds(milliseconds: rtt))
            var (free, sent) = (0.0, 0.0)
            for _ in 0..<20 {
                sent += Double.random(in: 0...30, using: &random)
                let bytes = Int.random(in: 1000...100_000, using: &random)
                // The link begins with a transfer when it has done with the one before, and its receipt takes a round
                // trip.
                free = max(free, sent) + rate.seconds(for: bytes) * 1000
                let reading = meter.receipt(of: bytes, sent: at(sent), at: at(free + rtt), isTainted: false)
                let sample = try #require(reading, "seed \(seed)")
                let busy = rate.seconds(for: bytes) * 1000
                guard busy > rtt / 10 else { continue }
                #expect(abs(sample.value / rate.bitsPerSecond - 1) < 0.01, "seed \(seed)")
                #expect(abs(sample.weight - busy / (busy + rtt)) < 0.01, "seed \(seed)")
            }
        }
    }

    @Test func saysNothingOfTransfersThroughAnOutage() {
        var meter = UplinkMeter()
        meter.pong(rtt: .milliseconds(10))
        let sample = meter.receipt(of: 1000, sent: at(0), at: at(5000), isTainted: true)
        #expect(sample == nil)
        #expect(meter.cautiousRate == nil)
    }

    @Test func trustsNoRateWithoutARoundTrip() {
        var meter = UplinkMeter()
        let sample = meter.receipt(of: 10_000, sent: at(0), at: at(20), isTainted: false)
        #expect(sample == nil)
        #expect(meter.cautiousRate == .mbps(4))
    }

    @Test func theBaseRoundTripFollowsALongerPath() {
        var meter = UplinkMeter()
        meter.pong(rtt: .milliseconds(5))
        for _ in 0..<15 { meter.pong(rtt: .milliseconds(50)) }
        #expect(meter.baseRTT == .milliseconds(5))
        meter.pong(rtt: .milliseconds(50))
        #expect(meter.baseRTT == .milliseconds(50))
    }
}
