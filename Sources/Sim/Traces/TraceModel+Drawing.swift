import Glibc
public import Model

extension TraceModel {
    /// A trace of this model; equal seeds give equal traces.
    ///
    /// - Returns: `nil` unless the step and the duration are positive, with at most 2^24 steps and as many
    ///   interruptions on average, and 2^61 ns in all.
    /// - Complexity: linear in the steps and interruptions.
    public func trace(duration: Nanoseconds, seed: UInt64) -> Trace? {
        guard step > .zero, duration > .zero, duration.count <= 1 << 61,
            [step, handovers?.apart, outages?.apart].allSatisfy({ span in
                span.map { $0 > .zero && (duration.count - 1) / $0.count < Int64(Trace.mostPieces) } ?? true
            })
        else { return nil }
        // One sequence a part, drawn in this order.
        var seeds = SeededGenerator(seed: seed)
        var (cells, fades, loads) = (seeds.part(), seeds.part(), seeds.part())
        let handovers = Self.draw(handovers, isFixed: true, until: duration, seeds.part())
        let outages = Self.draw(outages, isFixed: false, until: duration, seeds.part())
        var network = Walk(network)
        var load = self.load.map(Walk.init)
        var fade = Fade(fading, step: step)
        var visitors = Visitors(dailyLoad, step: step)
        var pieces: [Schedule<Trace.State>.Piece] = []
        var cell = handovers[...]
        for index in 0...(duration.count - 1) / step.count {
            let start = step * index
            while let last = cell.first, last.upperBound <= start {
                network.level = nil
                fade.value = nil
                cell.removeFirst()
            }
            var state = Trace.State.unknown
            network.move(into: &state, &cells)
            if !self.network.quantities.contains(.downlink) { state.downlink = state.uplink }
            if !self.network.quantities.contains(.uplink) { state.uplink = state.downlink }
            let factor = fade.move(&fades)
            state[.uplink] *= factor
            state[.downlink] *= factor
            load?.move(into: &state, &loads)
            if let count = visitors.move(at: start, &loads) { state.edgeLoad += Double(count) }
            pieces.append(.init(start: .zero + start, value: state.rounded))
        }
        return Trace(pieces: pieces, duration: duration)?.silenced(during: handovers)?.silenced(during: outages)
    }

    /// Interruptions that begin before `end`, ascending, each within it, to the microsecond.
    private static func draw(
        _ kind: Interruptions?, isFixed: Bool, until end: Nanoseconds, _ random: SeededGenerator
    ) -> [Range<Nanoseconds>] {
        guard let kind, kind.apart > .zero, kind.length > .zero else { return [] }
        var random = random
        var drawn: [Range<Nanoseconds>] = []
        var now = Nanoseconds.zero
        while true {
            now += random.exponential(mean: kind.apart, most: end)
            let length = isFixed ? kind.length : random.exponential(mean: kind.length, most: end)
            guard now < end else { return drawn }
            drawn.append(now..<min(now + length, end))
            now = min(now + length, end)
        }
    }
}

/// A chain on its way.
private struct Walk {
    let chain: MarkovLevels
    private let start: [Double]
    /// `nil` before the first step, which is drawn as in the long run.
    var level: Int?

    init(_ chain: MarkovLevels) {
        self.chain = chain
        start = chain.longRun
    }

    mutating func move(into state: inout Trace.State, _ random: inout SeededGenerator) {
        let next = MarkovLevels.draw(level.map { chain.transitions[$0] } ?? start, &random)
        level = next
        chain.draw(level: next, into: &state, &random)
    }
}

/// An autoregressive process of the first order with normal steps.
private struct Fade {
    private let fading: TraceModel.Fading?
    private let memory: Double
    /// In deviations; `nil` before the first step.
    var value: Double?

    init(_ fading: TraceModel.Fading?, step: Nanoseconds) {
        self.fading = fading
        memory = fading.map { exp(-Double(step.count) / Double(max($0.memory.count, 1))) } ?? 0
    }

    mutating func move(_ random: inout SeededGenerator) -> Double {
        guard let fading else { return 1 }
        let noise = random.normal()
        let next = value.map { $0 * memory + noise * (1 - memory * memory).squareRoot() } ?? noise
        value = next
        return exp(fading.deviation * next * 0.230258509299404568)
    }
}

/// An M/M/∞ queue seen at steps: those there leave independently, others have come.
private struct Visitors {
    private let load: TraceModel.DailyLoad?
    private let leaves: Double
    private var count: Int?

    init(_ load: TraceModel.DailyLoad?, step: Nanoseconds) {
        self.load = load
        leaves = 1 - exp(-Double(step.count) / Double(Nanoseconds.seconds(300).count))
    }

    mutating func move(at time: Nanoseconds, _ random: inout SeededGenerator) -> Int? {
        guard let load, load.day > .zero else { return nil }
        let phase = Double(time.count % load.day.count) / Double(load.day.count)
        let mean = load.least + (load.most - load.least) * (1 - cos(2 * Double.pi * phase)) / 2
        guard var there = count else {
            count = random.poisson(mean: mean)
            return count
        }
        for _ in 0..<there where random.nextUnit() < leaves { there -= 1 }
        count = there + random.poisson(mean: mean * leaves)
        return count
    }
}

extension Trace.State {
    /// To kbit/s, 0.1 ms and a thousandth of a process or share: what a library of mathematics may round otherwise is
    /// gone but in rare cases, and files are short.
    fileprivate var rounded: Self {
        func rounded(_ value: Double, _ unit: Double) -> Double { (value / unit).rounded() * unit }
        return Trace.State(
            uplink: BitRate(bitsPerSecond: rounded(uplink.bitsPerSecond, 1000)),
            downlink: BitRate(bitsPerSecond: rounded(downlink.bitsPerSecond, 1000)),
            rtt: Nanoseconds((rtt.count + 50_000) / 100_000 * 100_000),
            edgeLoad: (edgeLoad * 1000).rounded() / 1000, loss: (loss * 1000).rounded() / 1000)
    }
}

extension Trace {
    /// Without any rate for some times, which ascend and lie within the trace.
    fileprivate func silenced(during times: [Range<Nanoseconds>]) -> Trace? {
        guard !times.isEmpty else { return self }
        var pieces: [Schedule<State>.Piece] = []
        var next = times[...]
        for (span, state) in spans {
            var silent = state
            (silent.uplink, silent.downlink) = (.zero, .zero)
            var now = span.start
            while now < span.end {
                while let first = next.first, first.upperBound <= now { next.removeFirst() }
                let isSilent = next.first.map { $0.contains(now) } ?? false
                pieces.append(.init(start: .zero + now, value: isSilent ? silent : state))
                now = min(span.end, next.first.map { isSilent ? $0.upperBound : $0.lowerBound } ?? span.end)
            }
        }
        return Trace(pieces: pieces, duration: duration)
    }
}
