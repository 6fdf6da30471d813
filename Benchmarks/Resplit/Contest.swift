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

/// What a benchmark must hold, or the run fails.
enum Limit {
    /// The least median of the speed of the work over that of the peer.
    case speed(Double)
    /// The greatest median time of a call of the work.
    case time(Duration)
}

/// The figures of all rounds of one contest, and what they say of its limit.
private struct Outcome {
    var times: [Duration] = []
    /// The speed of the work over that of the peer.
    var ratios: [Double] = []

    mutating func add(_ times: (work: Duration, peer: Duration?)) {
        self.times.append(times.work)
        if let peer = times.peer { ratios.append(peer / times.work) }
    }

    var medianRatio: Double? { ratios.isEmpty ? nil : ratios.sorted()[ratios.count / 2] }

    /// What is to be said of the limit, and whether it holds. The best round tells a busy machine from slow work.
    func verdict(_ limit: Limit) -> (text: String, holds: Bool) {
        let sorted = times.sorted()
        guard let best = sorted.first else { return ("no round was run", false) }
        switch limit {
        case .speed(let least):
            let ratio = medianRatio ?? 0
            return ("speed ratio \(rounded(ratio)), at least \(least)", ratio >= least)
        case .time(let most):
            let median = sorted[sorted.count / 2]
            let text = "\(text(median)), at most \(text(most)); in the best round \(text(best))"
            return (text, median <= most)
        }
    }

    private func text(_ time: Duration) -> String { "\(rounded(time / .microseconds(1))) us" }

    private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension Benchmark {
    /// Registers a contest. Its table has the figures of work and peer and, in thousandths, the speed of the work over that of
    /// the peer; the median of that ratio is printed besides.
    ///
    /// - Parameters:
    ///   - workName: what the work is called, as `peerName` the peer.
    ///   - limit: where it does not hold the process ends with 1 once the benchmark is through, and the run fails.
    ///   - setup: makes the contest, in the process that runs it.
    static func register(
        _ name: String, _ workName: String, over peerName: String? = nil, unit: Contest.Unit = .nanoseconds,
        limit: Limit? = nil, _ setup: @escaping () throws -> Contest
    ) {
        let work = metric(workName, unit)
        let peer = peerName.map { metric($0, unit) }
        let ratio = BenchmarkMetric.custom(
            "speed ratio, per mille", polarity: .prefersLarger, useScalingFactor: false)
        var outcome = Outcome()
        let configuration = Configuration(
            metrics: [work] + (peer.map { [$0, ratio] } ?? []), warmupIterations: 5, maxDuration: .seconds(4),
            maxIterations: 500)
        Benchmark(name, configuration: configuration) { (benchmark: Benchmark, contest: Contest) throws in
            let times = try contest.round(benchmark.currentIteration)
            outcome.add(times)
            benchmark.measurement(work, unit.figure(of: times.work))
            guard let peer, let peerTime = times.peer else { return }
            benchmark.measurement(peer, unit.figure(of: peerTime))
            benchmark.measurement(ratio, Int((peerTime / times.work * 1000).rounded()))
        } setup: {
            orExit(name, setup)
        } teardown: {
            if let peerName, let ratio = outcome.medianRatio {
                print("\(name): speed of \(workName) over \(peerName) \((ratio * 1000).rounded() / 1000)")
            }
            if let limit { hold(name, outcome.verdict(limit)) }
        }
    }

    /// Says how a limit fares; ends this benchmark's process where it does not hold: the library would count the run a success.
    private static func hold(_ name: String, _ verdict: (text: String, holds: Bool)) {
        print("\(name): limit \(verdict.holds ? "holds" : "BROKEN"): \(verdict.text)")
        guard !verdict.holds else { return }
        FileHandle.standardError.write(Data("\(name): limit broken: \(verdict.text)\n".utf8))
        exit(1)
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
