import DataPlane
import Model
import Testing

@Suite struct TokenBucketTests {
    /// Sends `bytes` through a bucket with timers that come late; the moment the last ones passed, and all that passed
    /// by when.
    private func run(
        _ bytes: Int, rate: BitRate, lateness: Int64, using random: inout SeededGenerator
    ) -> [(time: Nanoseconds, passed: Int)] {
        var bucket = TokenBucket(at: .zero)
        var now = Instant.zero
        var passed = 0
        var log: [(time: Nanoseconds, passed: Int)] = []
        while passed < bytes {
            bucket.advance(to: now, rate: rate, isBacklogged: true)
            while passed < bytes, bucket.take(TokenBucket.portion(of: bytes - passed, rate: rate)) {
                passed += TokenBucket.portion(of: bytes - passed, rate: rate)
            }
            log.append((now - .zero, passed))
            let wait = bucket.wait(for: TokenBucket.portion(of: bytes - passed, rate: rate), rate: rate) ?? .zero
            now += min(wait, .milliseconds(1)) + Nanoseconds(.random(in: 1_000...lateness, using: &random))
        }
        return log
    }

    @Test func isNeverFasterThanItsRateAndRarelySlower() {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let rate = BitRate.mbps(Double.random(in: 0.1...100, using: &random))
            let bytes = Int.random(in: 1...400_000, using: &random)
            let log = run(bytes, rate: rate, lateness: 5_000_000, using: &random)
            for (time, passed) in log {
                #expect(time.inSeconds >= rate.seconds(for: passed) - 1e-6, "seed \(seed)")
            }
            // At most one portion and one late timer are lost at the end.
            let slack = rate.seconds(for: TokenBucket.segment) + 0.008
            #expect((log.last?.time.inSeconds ?? 0) <= rate.seconds(for: bytes) * 1.02 + slack, "seed \(seed)")
        }
    }

    @Test func earnsNothingAtRest() {
        var bucket = TokenBucket(at: .zero)
        let rate = BitRate.mbps(8)
        bucket.advance(to: Instant(nanoseconds: 1_000_000_000), rate: rate, isBacklogged: false)
        let early = bucket.take(1)
        #expect(!early)
        bucket.advance(to: Instant(nanoseconds: 1_001_500_000), rate: rate, isBacklogged: true)
        let earned = bucket.take(1500)
        #expect(earned)
        #expect(bucket.wait(for: 1000, rate: rate) == .milliseconds(1))
        #expect(bucket.wait(for: 1000, rate: .zero) == nil)
    }
}
