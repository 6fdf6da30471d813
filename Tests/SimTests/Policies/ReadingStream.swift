import Model
import Sim
import TestSupport

/// What reaches a chooser, made up: batches of samples and frames, some samples without weight, some an outage.
struct ReadingStream {
    private static let metrics: [Metric] = [
        .uplink, .downlink, .rtt, .edgeSlowdown, .cloudSlowdown, .cloudQueue, .edgeCPU,
    ]

    let planSet: PlanSet
    private var random: SeededGenerator
    private var time = Instant.zero
    private var frame = 0

    /// A plan set of which some plans have two tensors cross.
    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let set = randomPlanSet(upTo: 8, using: &random)
        let plans = set.plans.map { plan in
            var plan = plan
            if Int.random(in: 0..<3, using: &random) == 0 { plan.crossing += plan.crossing }
            return plan
        }
        planSet = PlanSet(model: set.model, plans: plans)
        self.random = random
    }

    mutating func nextSamples() -> [Sample] {
        (0..<Int.random(in: 0...8, using: &random)).map { _ in
            time += .milliseconds(7)
            let metric = Self.metrics.randomElement(using: &random) ?? .uplink
            let isWeightless = Int.random(in: 0..<6, using: &random) == 0
            return Sample(metric: metric, time: time, value: value(of: metric), weight: isWeightless ? 0 : 1)
        }
    }

    private mutating func value(of metric: Metric) -> Double {
        let isOut = Int.random(in: 0..<15, using: &random) == 0
        return switch metric {
        case .uplink: isOut ? 0 : Double.random(in: 1e4...4e7, using: &random)
        case .downlink: Double.random(in: 1e5...4e7, using: &random)
        case .rtt: Double.random(in: 0...0.15, using: &random)
        case .cloudQueue: Double.random(in: 0...0.01, using: &random)
        default: Double.random(in: 0.5...4, using: &random)
        }
    }

    mutating func nextFrames() -> [FrameRecord] {
        (0..<Int.random(in: 0...6, using: &random)).map { _ in
            frame += 1
            let plan = planSet.plans.randomElement(using: &random)
            let isFallback = Int.random(in: 0..<8, using: &random) == 0
            var stages = StageTimes()
            stages.edgeQueue = .milliseconds(.random(in: 0...50, using: &random))
            stages.edge = .milliseconds(.random(in: 0...200, using: &random))
            stages.encode = .milliseconds(.random(in: 0...9, using: &random))
            stages.network = .milliseconds(.random(in: 0...300, using: &random))
            stages.workerCompute = .milliseconds(.random(in: 0...40, using: &random))
            return FrameRecord(
                frame: frame, epoch: 1, planID: plan?.id ?? "", answer: isFallback ? .fallback : .planned,
                captured: time, latency: stages.total, stages: stages, sentBytes: 0, topClass: 0, isCorrect: nil)
        }
    }

    mutating func nextPlan() -> Int? { planSet.plans.indices.randomElement(using: &random) }
    mutating func isOneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }
}

/// The newest value of a metric that weighs something; else what is assumed beforehand: 5 Mbit/s up, 20 down, 50 ms, as profiled.
func dumbLast(_ metric: Metric, _ samples: [Sample]) -> Double { dumbMean(metric, 1, samples) }

/// The mean of the newest `count` values.
func dumbMean(_ metric: Metric, _ count: Int, _ samples: [Sample]) -> Double {
    let values = samples.filter { $0.metric == metric && $0.weight > 0 }.map(\.value).suffix(count)
    if !values.isEmpty { return values.reduce(0, +) / Double(values.count) }
    switch metric {
    case .uplink: return 5e6
    case .downlink: return 20e6
    case .rtt: return 0.05
    case .edgeSlowdown, .cloudSlowdown: return 1
    default: return 0
    }
}

/// Seconds that a frame takes of each stage, and in all.
struct DumbStages {
    var edge: Double
    var transfer: Double
    var cloud: Double
    var total: Double

    init(_ plan: Plan, _ value: (Metric) -> Double) {
        edge = plan.edgeWork.inSeconds * value(.edgeSlowdown)
        (transfer, cloud, total) = (0, 0, edge)
        guard !plan.crossing.isEmpty else { return }
        edge += plan.encodeWork.inSeconds * value(.edgeSlowdown)
        transfer = plan.transmitBytes == 0 ? 0 : Double(plan.transmitBytes) * 8 / value(.uplink)
        cloud = plan.cloudWork.inSeconds * value(.cloudSlowdown)
        total = edge + transfer + cloud + value(.rtt) + value(.cloudQueue)
        total += Double(plan.resultBytes) * 8 / value(.downlink)
    }

    var bottleneck: Double { max(edge, transfer, cloud) }
}

/// Equal but for rounding; infinite only together.
func isClose(_ a: Double, _ b: Double) -> Bool {
    a == b || a.isFinite && b.isFinite && abs(a - b) <= 1e-9 * max(abs(a), abs(b)) + 1e-12
}
