import Benchmark
import Codec
import Controller
import MadeUp
import Model
import Optimizer
import Telemetry

/// What the benchmarks work on, made up from fixed seeds.
enum Fixtures {
    /// A tensor of uniform values, its codec, and room for a copy of it.
    struct Coding {
        let codec: ActivationCodec
        let values: [TensorValue]
        private let room: UnsafeMutableRawBufferPointer

        init(_ shape: TensorShape, bits: Int) throws {
            var random = SeededGenerator(seed: 3)
            let floats = (0..<shape.elementCount).map { _ in Float(random.nextUnit()) }
            codec = try ActivationCodec(tensors: [MadeUpDecisions.tensor(shape, bits: bits)], coding: .packed)
            values = [TensorValue(floats: floats, shape: shape)]
            // Kept until the process ends, with the benchmark that it is for.
            room = .allocate(byteCount: shape.elementCount * MemoryLayout<Float>.stride, alignment: 64)
        }

        func copy() {
            values[0].bytes.withUnsafeBytes { room.copyMemory(from: $0) }
            blackHole(room.baseAddress)
        }
    }

    /// Rates about 8 Mbit/s, one every 25 ms.
    struct Rates {
        private var time = Instant.zero
        private var random = SeededGenerator(seed: 5)

        mutating func next() -> (time: Instant, bitsPerSecond: Double) {
            time += .milliseconds(25)
            return (time, 8e6 * (0.9 + 0.2 * random.nextUnit()))
        }
    }

    /// An estimator, and samples of every metric in turn, one a millisecond.
    struct Feed {
        private(set) var estimator = ConditionsEstimator()
        private(set) var now = Instant.zero
        private var random = SeededGenerator(seed: 4)
        private var turn = 0
        private let metrics = Metric.allCases

        mutating func recordNext() {
            now += .milliseconds(1)
            let metric = metrics[turn % metrics.count]
            turn += 1
            let isRate = metric == .uplink || metric == .downlink
            let value = (isRate ? 8e6 : 0.02) * (1 + 0.2 * random.nextUnit())
            blackHole(estimator.record(Sample(metric: metric, time: now, value: value)))
        }
    }
}

/// A controller whose device runs the best plan, so that every step ranks all plans and finds nothing to do.
struct SettledDevice {
    struct Moved: Error {}

    private var controller: SplitController
    private let windows = (0..<16).map { MadeUpDecisions.window(32, seed: $0) }
    private var now = Instant.zero
    private var turn = 0

    init(plans: Int) {
        let planSet = MadeUpDecisions.planSet(plans)
        controller = SplitController(planSet: planSet, settings: .standard)
        let best = planSet.best(for: windows[0]).map { planSet.plans[$0.best].id }
        _ = controller.step(.attached(activePlan: best, epoch: 1), at: now)
        // The first of its kind is recorded.
        _ = controller.step(.conditions(windows[0]), at: now)
    }

    /// - Throws: `Moved` where the step found something to do.
    mutating func step() throws {
        now += .milliseconds(100)
        turn = (turn + 1) % windows.count
        guard controller.step(.conditions(windows[turn]), at: now).isEmpty else { throw Moved() }
    }
}
