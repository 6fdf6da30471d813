import Benchmark
import Codec
import Controller
import Model
import Optimizer
import Telemetry

/// What the benchmarks work on, made up from fixed seeds.
enum Fixtures {
    /// Plans that each win somewhere: the more the edge does, the less is sent. The last is edge-only.
    static func planSet(_ count: Int) -> PlanSet {
        var random = SeededGenerator(seed: 1)
        let plans = (0..<count).map { index in
            let share = Double(index) / Double(count - 1)
            let isLast = index == count - 1
            return Plan(
                id: "plan-\(index)", crossing: isLast ? [] : [tensor(bits: 4)], coding: .packed,
                headLayers: index, edgeWork: Nanoseconds(milliseconds: 60 * share + random.nextUnit()),
                encodeWork: .microseconds(20),
                transmitBytes: isLast ? 0 : Int(150_000 * (1 - share) * (1 - share)) + 500,
                cloudWork: Nanoseconds(milliseconds: 12 * (1 - share)),
                resultBytes: isLast ? 0 : 40, edgeBytes: 1 << 20)
        }
        return PlanSet(
            model: ModelIdentity(name: "made up", sha256: String(repeating: "0", count: 64)), plans: plans)
    }

    /// A varying link about 8 Mbit/s and 20 ms.
    static func window(_ count: Int, seed: UInt64 = 2) -> ConditionsWindow {
        var random = SeededGenerator(seed: seed)
        let samples = (0..<count).map { _ in conditions(&random) }
        guard let window = ConditionsWindow(samples: samples) else { preconditionFailure("a window has samples") }
        return window
    }

    private static func conditions(_ random: inout SeededGenerator) -> Conditions {
        Conditions(
            uplink: .mbps(6 + 4 * random.nextUnit()), downlink: .mbps(20 + 10 * random.nextUnit()),
            rtt: Nanoseconds(milliseconds: 15 + 10 * random.nextUnit()), edgeSlowdown: 1 + 0.2 * random.nextUnit(),
            cloudSlowdown: 1 + 0.2 * random.nextUnit(), cloudQueue: Nanoseconds(milliseconds: random.nextUnit()))
    }

    static func tensor(_ shape: TensorShape = TensorShape([1, 64, 14, 14]), bits: Int) -> TransmittedTensor {
        TransmittedTensor(
            name: "made up", elementType: .float32, shape: shape, precision: Precision(bits: bits) ?? .unquantised,
            range: ValueRange(low: 0, high: 1))
    }

    /// A tensor of uniform values, its codec, and room for a copy of it.
    struct Coding {
        let codec: ActivationCodec
        let values: [TensorValue]
        private let room: UnsafeMutableRawBufferPointer

        init(_ shape: TensorShape, bits: Int) throws {
            var random = SeededGenerator(seed: 3)
            let floats = (0..<shape.elementCount).map { _ in Float(random.nextUnit()) }
            codec = try ActivationCodec(tensors: [Fixtures.tensor(shape, bits: bits)], coding: .packed)
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
    private let windows = (0..<16).map { Fixtures.window(32, seed: $0) }
    private var now = Instant.zero
    private var turn = 0

    init(plans: Int) {
        let planSet = Fixtures.planSet(plans)
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
