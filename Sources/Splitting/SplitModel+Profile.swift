import Codec
import Foundation
import Inference
public import Model
import Optimizer

/// How a model is timed.
public struct ProfileOptions: Sendable {
    /// Threads within a layer.
    public var threads: Int
    /// Timed runs of each piece of work, after two that are not.
    public var runs: Int
    /// Before each timed run of a head, a tail or the whole. A camera's frame finds a processor that has rested, on which the first
    /// fraction of a millisecond is slow: a head of 1.07 ms back to back took 1.25 ms after 20 ms of rest, and 1.26 ms after 190 ms,
    /// while the whole model's 8.4 ms stayed what they were (least of 25 runs on a virtual machine). Timed without, short heads
    /// look faster beside long ones than they serve.
    public var rest: Nanoseconds
    /// Whether every prefix cut is timed, or only the cuts that layer times and sizes do not rule out.
    public var everyCut: Bool
    /// Whether heads in 8-bit integers are timed beside those in floats.
    public var integerHeads: Bool

    public init(
        threads: Int = 1, runs: Int = 15, rest: Nanoseconds = .milliseconds(20), everyCut: Bool = false,
        integerHeads: Bool = true
    ) {
        self.threads = threads
        self.runs = runs
        self.rest = rest
        self.everyCut = everyCut
        self.integerHeads = integerHeads
    }
}

extension SplitModel {
    /// Times the model on this device: layers one by one in the working graph, then the heads and tails of candidate cuts as
    /// they will run.
    ///
    /// - Parameter progress: called with the share done and what is being timed.
    /// - Throws: `InferenceError`.
    public func profile(
        _ options: ProfileOptions = ProfileOptions(), progress: (Double, String) throws -> Void = { _, _ in }
    ) throws -> Profile {
        try progress(0, "layers")
        let layers = try layerTimings(options)
        let whole = try timing(.file(workingPath), options)
        var profile = Profile(
            model: identity, device: Device.processorName, runtime: runtime.version, threads: options.threads,
            whole: whole, layers: layers, heads: [], tails: [], coding: try CodingMeter.timings(runs: options.runs))
        let cuts = options.everyCut ? graph.prefixCuts() : try candidates(profile)
        let ranges = options.integerHeads ? try roughRanges() : nil
        if let timing = try integerHeadTiming(of: graph.edgeOnlyCut, ranges, options) {
            profile.integerHeads = [.init(cut: [], timing: timing)]
        }
        for (done, cut) in cuts.enumerated() {
            let names = cut.names(in: graph)
            try progress(Double(done) / Double(cuts.count), names.joined(separator: ", "))
            let halves = try halves(of: cut.partition)
            if let head = halves.head {
                profile.heads.append(.init(cut: names, timing: try timing(.bytes(head), options)))
                if let timing = try integerHeadTiming(of: cut, ranges, options) {
                    profile.integerHeads = (profile.integerHeads ?? []) + [.init(cut: names, timing: timing)]
                }
            }
            if let tail = halves.tail {
                profile.tails.append(.init(cut: names, timing: try timing(.bytes(tail), options)))
            }
        }
        return profile
    }

    private func candidates(_ profile: Profile) throws -> [Cut] {
        let device = try ProfileCosts(profile, of: graph)
        return try SplitCosts(edge: device, cloud: device).candidateCuts(at: Precision.candidates)
    }

    private func layerTimings(_ options: ProfileOptions) throws -> [Profile.LayerTiming] {
        let folder = try TemporaryFolder()
        let session = try Session(
            runtime: runtime, model: .file(workingPath),
            options: SessionOptions(
                intraOpThreads: options.threads, optimization: .disabled, profilePrefix: folder.path("profile")))
        let inputs = randomInputs(seed: 0)
        for _ in 0..<(options.runs + 2) { _ = try session.run(inputs) }
        let nodes = try LayerProfile(contentsOf: try session.endProfiling())
        let timings = Dictionary(nodes.nodes.map { ($0.name, $0.durations) }) { first, _ in first }
        return graph.layers.map { layer in
            let durations = timings[layer.name].map { Array($0.dropFirst(2)) } ?? []
            return Profile.LayerTiming(
                name: layer.name, kind: layer.kind, outputs: layer.outputs.map { graph.tensors[$0] },
                timing: durations.isEmpty ? Timing(median: .zero, spread: .zero, runs: 0) : Timing(of: durations))
        }
    }

    /// The head in 8-bit integers; `nil` where no layer of it would compute in them.
    ///
    /// - Parameter ranges: of the activations; `nil` where such heads are not to be timed. Which layers fuse depends on them: an activation that is never negative takes the
    ///   ReLU before it along.
    private func integerHeadTiming(
        of cut: Cut, _ ranges: [String: ValueRange]?, _ options: ProfileOptions
    ) throws -> Timing? {
        guard let ranges else { return nil }
        let precision = HeadPrecision(weights: .eightBits, activations: ranges)
        guard try computesInIntegers(cut.partition, precision) else { return nil }
        return try timing(session(.head, of: cut.partition, precision: precision, threads: options.threads), options)
    }

    /// What every float activation spans on random inputs.
    private func roughRanges() throws -> [String: ValueRange] {
        let floats = graph.tensors.filter { $0.elementType == .float32 }.map(\.name)
        var ranges: [String: ValueRange] = [:]
        let inputs = randomInputs(seed: 0)
        for (name, value) in inputs where floats.contains(name) { ranges[name] = ValueRange.measured([value]) }
        let names = floats.filter { inputs[$0] == nil }
        for (name, value) in zip(names, try exposingSession().run(inputs, outputs: names)) {
            ranges[name] = ValueRange.measured([value])
        }
        return ranges
    }

    private func timing(_ model: ModelSource, _ options: ProfileOptions) throws -> Timing {
        try timing(
            Session(runtime: runtime, model: model, options: SessionOptions(intraOpThreads: options.threads)), options)
    }

    private func timing(_ session: Session, _ options: ProfileOptions) throws -> Timing {
        var random = SeededGenerator(seed: 0)
        let inputs = session.inputs.map { port in
            TensorValue(random: port.elementType, shape: TensorShape(port.extents.map { $0 ?? 1 }), &random)
        }
        // One thread is the caller's own, and a profile is of a machine with nothing else to do.
        return try Stopwatch.timing(
            runs: options.runs, rest: options.rest, by: options.threads == 1 ? .processor : .wall
        ) { _ = try session.run(inputs) }
    }
}
