import Model
import Scenarios
import Sim

/// What became of the frames of a simulated world under each policy.
struct SimulationFrames {
    private static let points: Int64 = 240
    /// Points along a distribution.
    private static let quantiles = 400

    private let world: World
    private let runs: [ScenarioRun]
    private let unit: TimeUnit

    init(_ world: World, _ runs: [ScenarioRun]) {
        self.world = world
        self.runs = runs
        unit = TimeUnit(world.duration)
    }

    private static let deadlineColour = "#24292f"

    var legend: String { HTML.legend(runs.map { ($0.policy.description, $0.policy.colour) }) }

    /// The same, and what the line across is.
    var legendOverTime: String {
        let deadline = world.devices.contains { $0.deadline != nil } ? [("deadline", Self.deadlineColour)] : []
        return HTML.legend(runs.map { ($0.policy.description, $0.policy.colour) } + deadline)
    }

    // MARK: Latency

    /// A row a policy.
    var spread: Plot {
        let summaries = runs.map(\.summary.latency)
        let values = summaries.compactMap { $0 }.flatMap { [$0.p50, $0.p99, $0.mean].map(\.inMilliseconds) }
        let rows = Axis("policy", names: runs.map(\.policy.description))
        var plot = Plot(
            x: Axis("latency, ms", spanning: values, scale: .logarithmic), y: rows,
            height: 50 + 24 * Double(runs.count))
        for (index, (run, summary)) in zip(runs, summaries).enumerated() {
            guard let summary else { continue }
            let times = [summary.mean, summary.p50, summary.p95, summary.p99].map(Format.milliseconds)
            let title = "\(run.policy): mean \(times[0]), p50 \(times[1]), p95 \(times[2]), p99 \(times[3])"
            plot.cell(
                x: summary.p50.inMilliseconds...max(summary.p99, summary.p50).inMilliseconds,
                y: rows.row(index, share: 0.3), colour: run.policy.colour, opacity: 0.45, title: title)
            let centre = rows.row(index, share: 0).lowerBound
            plot.ring((summary.mean.inMilliseconds, centre), colour: run.policy.colour, radius: 5, title: title)
            plot.dot((summary.p95.inMilliseconds, centre), colour: run.policy.colour, radius: 4, title: title)
        }
        return plot
    }

    /// One figure of the frames captured in each step, over time.
    func latency(_ figure: KeyPath<TimeSeries.Step, Nanoseconds?>, _ label: String) -> Plot {
        let step = Nanoseconds(max(1, world.duration.count / Self.points))
        let lines = runs.map { run in
            let series = TimeSeries(run.result, of: world, every: step)
            return series.steps.enumerated().map { index, values in
                (unit.value(step * Int64(index)), values[keyPath: figure]?.inMilliseconds)
            }
        }
        let all = lines.flatMap { $0.compactMap(\.1) }
        let deadlines = Set(world.devices.compactMap(\.deadline)).sorted().map(\.inMilliseconds)
        var plot = Plot(
            x: unit.axis, y: Axis(label, spanning: all + deadlines, scale: .logarithmic), height: 280,
            isAmongNames: true)
        for deadline in deadlines {
            plot.line([(0, deadline), (unit.end, deadline)], colour: Self.deadlineColour, width: 0.7)
        }
        for (run, line) in zip(runs, lines).reversed() {
            let isOwn = run.policy == .adaptive
            for stretch in Self.stretches(line) {
                plot.line(stretch, colour: run.policy.colour, width: isOwn ? 2 : 1.2)
            }
        }
        return plot
    }

    /// What lies between gaps; a single point is drawn as a line of no length.
    private static func stretches(_ line: [(Double, Double?)]) -> [[(Double, Double)]] {
        line.split { $0.1 == nil }.map { stretch in
            let points = stretch.map { ($0.0, $0.1 ?? 0) }
            return points.count == 1 ? points + points : points
        }
    }

    var distribution: Plot {
        let curves = runs.map { run in
            let sorted = run.result.devices.flatMap(\.frames.answeredLatencies).sorted()
            return Self.curve(sorted, of: max(run.summary.frames, 1))
        }
        let all = curves.flatMap { $0.map(\.0) }
        var plot = Plot(
            x: Axis("latency, ms", spanning: all, scale: .logarithmic), y: Axis("share of frames", from: 0, to: 1),
            height: 300)
        for (run, curve) in zip(runs, curves).reversed() where !curve.isEmpty {
            plot.line(curve, colour: run.policy.colour, width: run.policy == .adaptive ? 2 : 1.2)
        }
        return plot
    }

    /// Frames lost are never answered, so that the curve ends below one.
    private static func curve(_ sorted: [Nanoseconds], of frames: Int) -> [(Double, Double)] {
        let count = min(quantiles, sorted.count)
        return (0..<count).map { index in
            let rank = count == 1 ? sorted.count : 1 + (sorted.count - 1) * index / (count - 1)
            return (sorted[rank - 1].inMilliseconds, Double(rank) / Double(frames))
        }
    }

    // MARK: Stages

    private static let stages: [(name: String, colour: String, time: any KeyPath<StageTimes, Nanoseconds> & Sendable)] =
        [
            ("edge queue", "#d4a72c", \.edgeQueue), ("edge", "#bf8700", \.edge), ("encode", "#7d4e00", \.encode),
            ("wait for the link", "#54aeff", \.send), ("network", "#0969da", \.network),
            ("cloud queue", "#ff8182", \.workerQueue), ("cloud", "#cf222e", \.workerCompute),
            ("return", "#8250df", \.returning),
        ]

    var stageLegend: String { HTML.legend(Self.stages.map { ($0.name, $0.colour) }) }

    /// Means over the frames answered, end to end.
    var stages: Plot {
        let means = runs.map { run in Self.stages.map { stage in Self.mean(stage.time, of: run.result) } }
        let rows = Axis("policy", names: runs.map(\.policy.description))
        let longest = means.map { $0.reduce(0, +) }
        var plot = Plot(
            x: Axis("mean time of a frame, ms", spanning: longest), y: rows, height: 50 + 24 * Double(runs.count))
        for (index, values) in means.enumerated() {
            var start = 0.0
            for (stage, value) in zip(Self.stages, values) where value > 0 {
                plot.cell(
                    x: start...start + value, y: rows.row(index, share: 0.7), colour: stage.colour,
                    title: "\(runs[index].policy), \(stage.name): \(Format.milliseconds(value))")
                start += value
            }
        }
        return plot
    }

    private static func mean(_ stage: KeyPath<StageTimes, Nanoseconds>, of result: RunResult) -> Double {
        let answered = result.devices.reduce(0) { $0 + $1.answered.reduce(0, +) }
        let total = result.devices.reduce(0.0) { sum, device in
            device.stages.reduce(sum) { $0 + $1[keyPath: stage].inMilliseconds }
        }
        return answered > 0 ? total / Double(answered) : 0
    }
}
