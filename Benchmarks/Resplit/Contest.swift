import Benchmark
import Foundation

/// Work, timed by turns with a peer where there is one, so that both meet the same machine.
struct Contest {
    enum Unit: String {
        case nanoseconds = "ns"
        case perSecond = "/s"

        func figure(of time: Duration) -> Int {
            let nanoseconds = time / .nanoseconds(1)
            return Int((self == .nanoseconds ? nanoseconds : 1e9 / nanoseconds).rounded())
        }
    }

    /// Calls timed as one.
    var batch: Int
    var work: () throws -> Void
    var peer: (() throws -> Void)?

    /// Mean time of one call of each. The peer goes first in every other round.
    func round(_ number: Int) throws -> (work: Duration, peer: Duration?) {
        if let peer, number.isMultiple(of: 2) {
            let peerTime = try time(of: peer)
            return (try time(of: work), peerTime)
        }
        return (try time(of: work), try peer.map(time))
    }

    private func time(of call: () throws -> Void) throws -> Duration {
        try ContinuousClock().measure { for _ in 0..<batch { try call() } } / batch
    }
}

extension Benchmark {
    /// Registers a contest. Its table has the figures of work and peer and, in thousandths, the speed of the work over that of
    /// the peer; the median of that ratio is printed besides.
    ///
    /// - Parameters:
    ///   - workName: what the work is called, as `peerName` the peer.
    ///   - setup: makes the contest, in the process that runs it.
    static func register(
        _ name: String, _ workName: String, over peerName: String? = nil, unit: Contest.Unit = .nanoseconds,
        _ setup: @escaping () throws -> Contest
    ) {
        let work = metric(workName, unit)
        let peer = peerName.map { metric($0, unit) }
        let ratio = BenchmarkMetric.custom(
            "speed ratio, per mille", polarity: .prefersLarger, useScalingFactor: false)
        var ratios: [Double] = []
        let configuration = Configuration(
            metrics: [work] + (peer.map { [$0, ratio] } ?? []), warmupIterations: 5, maxDuration: .seconds(4),
            maxIterations: 500)
        Benchmark(name, configuration: configuration) { (benchmark: Benchmark, contest: Contest) throws in
            let times = try contest.round(benchmark.currentIteration)
            benchmark.measurement(work, unit.figure(of: times.work))
            guard let peer, let peerTime = times.peer else { return }
            benchmark.measurement(peer, unit.figure(of: peerTime))
            ratios.append(peerTime / times.work)
            benchmark.measurement(ratio, Int((peerTime / times.work * 1000).rounded()))
        } setup: {
            orExit(name, setup)
        } teardown: {
            guard let peerName, !ratios.isEmpty else { return }
            let permille = Int((ratios.sorted()[ratios.count / 2] * 1000).rounded())
            print("\(name): speed of \(workName) over \(peerName) \(Double(permille) / 1000)")
        }
    }

    /// Ends this benchmark's process where it can't be set up: the library reports an error thrown here, yet counts the run a
    /// success.
    private static func orExit(_ name: String, _ setup: () throws -> Contest) -> Contest {
        do {
            return try setup()
        } catch {
            FileHandle.standardError.write(Data("\(name): \(error)\n".utf8))
            exit(1)
        }
    }

    private static func metric(_ name: String, _ unit: Contest.Unit) -> BenchmarkMetric {
        .custom(
            "\(name), \(unit.rawValue)", polarity: unit == .perSecond ? .prefersLarger : .prefersSmaller,
            useScalingFactor: false)
    }
}
