import Model
import Optimizer
import Testing

@Suite struct ObjectiveTests {
    /// The objective of latencies 1 … `count` ms.
    private func value(_ objective: Objective, count: Int) -> Double? {
        let samples = (1...count).map {
            Conditions(uplink: .mbps(1), downlink: .mbps(1), rtt: .zero, edgeSlowdown: Double($0))
        }
        guard let window = ConditionsWindow(samples: samples.reversed()) else { return nil }
        return plan("edge", bits: nil, edge: 1_000_000).value(for: window, objective: objective)
    }

    @Test func quantilesAreOfNearestRank() {
        #expect(value(.quantile(0.95), count: 20) == 0.019)
        #expect(value(.quantile(0.95), count: 21) == 0.020)
        #expect(value(.quantile(0.07), count: 100) == 0.007, "0.07 · 100 exceeds 7 by rounding")
        #expect(value(.quantile(0.5), count: 3) == 0.002)
        #expect(value(.quantile(0.5), count: 1) == 0.001)
        #expect(value(.quantile(1), count: 100) == 0.1)
    }

    @Test func sharesOutsideAreHeldWithin() {
        #expect(value(.quantile(0), count: 10) == 0.001)
        #expect(value(.quantile(-3), count: 10) == 0.001)
        #expect(value(.quantile(7), count: 10) == 0.010)
        #expect(value(.quantile(.nan), count: 10) == 0.001)
        #expect(value(.quantile(.infinity), count: 10) == 0.010)
    }

    @Test func readAndWritten() {
        #expect(Objective("mean") == .mean)
        #expect(Objective("throughput") == .throughput)
        for text in ["mean", "p50", "p95", "p99.9", "p7", "p100", "throughput", "mean,energy=50ms/J", "deadline=80ms"] {
            #expect(Objective(text)?.description == text)
        }
        #expect(
            Objective("p95,loss=10ms/%,energy=0.05s/J,sent=20ms/MB")?.description
                == "p95,energy=50ms/J,sent=20ms/MB,loss=10ms/%")
        #expect(Objective("deadline=80ms") == .deadline(.milliseconds(80)))
        #expect(Objective("deadline=1.5s,sent=0.02s/MB")?.description == "deadline=1500ms,sent=20ms/MB")
        let wrong = [
            "deadline", "deadline=", "deadline=80", "deadline=0ms", "deadline=-1ms", "deadline=2h", "deadline=80ms,",
            "deadline=80ms,deadline=90ms", "mean,deadline=80ms",
            "", "p", "p0", "p-1", "p101", "pnan", "median", "95", "mean,", "mean,energy=50ms", "mean,energy=50/J",
            "mean,energy=0ms/J", "mean,energy=1ms/J,energy=1ms/J", "throughput,energy=1ms/J", "energy=1ms/J",
            "mean,sent=1ms/J", "mean,weight=1ms/J", "mean,p95",
        ]
        for text in wrong { #expect(Objective(text) == nil, "\(text)") }
    }
}
