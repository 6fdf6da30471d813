import Model
import Telemetry
import Testing

@Suite struct TransferTests {
    @Test func largeTransferTellsTheRate() throws {
        let transfer = Transfer(bytes: 1_000_000, elapsed: .milliseconds(1020), rtt: .milliseconds(20))
        #expect(transfer.rate == .mbps(8))
        #expect(abs(transfer.weight - 1 / 1.02) < 1e-12)
        let sample = try #require(transfer.sample(of: .uplink, at: .zero))
        #expect(sample == Sample(metric: .uplink, time: .zero, value: 8e6, weight: transfer.weight))
    }

    @Test func transferOfTheBandwidthDelayProductCountsHalf() {
        let transfer = Transfer(bytes: 20_000, elapsed: .milliseconds(40), rtt: .milliseconds(20))
        #expect(transfer.rate == .mbps(8))
        #expect(transfer.weight == 0.5)
    }

    @Test func weightGrowsWithSize() {
        var previous = 0.0
        for bytes in [10, 100, 1000, 10_000, 100_000, 1_000_000] {
            let elapsed = Nanoseconds(seconds: BitRate.mbps(8).seconds(for: bytes) + 0.02)
            let weight = Transfer(bytes: bytes, elapsed: elapsed, rtt: .milliseconds(20)).weight
            #expect(weight > previous && weight < 1)
            previous = weight
        }
    }

    @Test func overestimatedRoundTripKeepsTheRateFinite() throws {
        let transfer = Transfer(bytes: 1000, elapsed: .milliseconds(16), rtt: .milliseconds(50))
        let rate = try #require(transfer.rate)
        #expect(rate == .mbps(8))
        #expect(transfer.weight < 0.02)
    }

    @Test func nothingSentSaysNothing() {
        for (bytes, elapsed) in [(0, Nanoseconds.seconds(1)), (-5, .seconds(1)), (10, .zero), (10, Nanoseconds(-1))] {
            let transfer = Transfer(bytes: bytes, elapsed: elapsed, rtt: .zero)
            #expect(transfer.rate == nil && transfer.weight == 0 && transfer.sample(of: .uplink, at: .zero) == nil)
        }
    }
}
