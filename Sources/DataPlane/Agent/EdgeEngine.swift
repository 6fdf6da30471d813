import Codec
import Inference
import Model
import Splitting
import Synchronization

/// The agent's part that computes. One thread computes frames, another builds sessions; what belongs to a frame under
/// way is kept here, by its number.
final class EdgeEngine: Sendable {
    /// A head and how its crossing tensors are packed.
    struct Head: Sendable {
        var plan: Plan
        var codec: ActivationCodec
        /// `nil` where the edge computes nothing.
        var half: (any ModelHalf)?
    }

    private struct Cargo: Sendable {
        var frame: SourceFrame
        /// What the worker is sent.
        var request: Inference_ModelInferRequest?
        /// Outputs of the model that the head has already.
        var headOutputs: [NamedValue] = []
    }

    let source: any HalfSource
    let compute = ComputeThread(name: "edge-compute")
    let builder = ComputeThread(name: "edge-build")
    private let slowdown: Double
    private let client: String
    private let cache: HalfCache
    private let wholeModel = Mutex<(any ModelHalf)?>(nil)
    private let heads = Mutex<[Epoch: Head]>([:])
    private let cargo = Mutex<[Int: Cargo]>([:])
    private let lastFrame = Mutex<SourceFrame?>(nil)
    /// Name of the output whose highest element is the class.
    private let classOutput: String

    init(source: any HalfSource, client: String, slowdown: Double) throws {
        guard let output = source.outputs.first(where: { $0.elementType == .float32 }) else {
            throw DataPlaneError.unusableModel(reason: "none of its outputs is float32")
        }
        self.source = source
        self.client = client
        self.slowdown = max(slowdown, 1)
        classOutput = output.name
        cache = HalfCache(source: source, capacity: 64)
    }

    func stop() {
        compute.stop()
        builder.stop()
    }

    /// Builds the whole model: the edge can answer alone from now on.
    func warmUp() async throws {
        let whole = try await builder.run { [source] in try source.whole() }
        wholeModel.withLock { $0 = whole }
    }

    // MARK: Heads

    /// On the builder's thread.
    func buildHead(_ plan: Plan, for epoch: Epoch) throws {
        let codec = try ActivationCodec(tensors: plan.crossing, coding: plan.coding)
        let half = plan.isCloudOnly ? nil : try cache.half(.head, of: plan)
        heads.withLock { $0[epoch] = Head(plan: plan, codec: codec, half: half) }
    }

    func dropHead(_ epoch: Epoch) { heads.withLock { $0[epoch] = nil } }

    /// On the builder's thread.
    func buildAhead(_ plan: Plan) throws { _ = try cache.half(.head, of: plan) }

    func isBuilt(_ plan: Plan) -> Bool { cache.isBuilt(.head, of: plan) }

    // MARK: Frames

    func load(_ frame: SourceFrame, as number: Int) throws {
        guard frame.inputs.count == source.inputs.count else {
            throw WireError.badRequest(
                "the source gives \(frame.inputs.count) inputs, the model takes \(source.inputs.count)")
        }
        for (tensor, value) in zip(source.inputs, frame.inputs)
        where value.elementType != tensor.elementType || value.shape != tensor.shape {
            throw WireError.badRequest(
                "the source gives \(value.elementType.rawValue) \(value.shape) for input '\(tensor.name)',"
                    + " the model takes \(tensor.elementType.rawValue) \(tensor.shape)")
        }
        cargo.withLock { $0[number] = Cargo(frame: frame) }
        lastFrame.withLock { $0 = frame }
    }

    func forget(_ number: Int) { cargo.withLock { $0[number] = nil } }

    func request(_ number: Int) -> Inference_ModelInferRequest? { cargo.withLock { $0[number]?.request } }

    /// Runs the whole model on a frame, as the epoch's plan holds it; in floats where that is not held any more. On the computing
    /// thread.
    /// - Returns: `nil` where the frame is forgotten already.
    func runWhole(_ number: Int, epoch: Epoch) throws -> AgentCore.Verdict? {
        let held = heads.withLock { $0[epoch]?.half }
        guard let frame = cargo.withLock({ $0[number]?.frame }), let whole = held ?? wholeModel.withLock({ $0 }) else {
            return nil
        }
        let outputs = try slowly { try whole.compute(named: named(frame)) }
        return verdict(outputs, label: frame.label)
    }

    /// Runs the head of an epoch on a frame and packs what crosses; on the computing thread.
    /// - Returns: `nil` where frame or epoch are forgotten already.
    func runHead(
        _ number: Int, epoch: Epoch, begun: Instant
    ) throws -> (times: AgentCore.HeadTimes, bytes: Int)? {
        guard let frame = cargo.withLock({ $0[number]?.frame }), let head = heads.withLock({ $0[epoch] }) else {
            return nil
        }
        var values = named(frame)
        var outputs: [NamedValue] = []
        if let half = head.half {
            outputs = try slowly { try half.compute(named: values) }
            for output in outputs { values[output.name] = output.value }
        }
        let headDone = MonotonicClock.now()
        let payloads = try slowly { try encode(values, head.codec) }
        let encoded = MonotonicClock.now()
        let request = FrameRequest(
            model: source.identity.name, client: client, epoch: epoch, frame: number,
            names: head.codec.tensors.map(\.name), payloads: payloads)
        let message = request.wire(tensors: head.codec.tensors, coding: head.codec.coding)
        let finals = outputs.filter { output in source.outputs.contains { $0.name == output.name } }
        cargo.withLock {
            $0[number]?.request = message
            $0[number]?.headOutputs = finals
        }
        return (.init(begun: begun, headDone: headDone, encoded: encoded), payloads.reduce(0) { $0 + $1.count })
    }

    /// The answer that the worker's outputs make, with those of the head.
    func verdict(_ number: Int, _ outputs: [NamedValue]) -> AgentCore.Verdict? {
        guard let cargo = cargo.withLock({ $0[number] }) else { return nil }
        return verdict(outputs + cargo.headOutputs, label: cargo.frame.label)
    }

    /// Runs the cheapest head that is built and long enough to tell, to see how fast the edge is; on the computing thread.
    func probe(among plans: [Plan]) throws -> (plan: Plan, elapsed: Nanoseconds)? {
        let known = plans.filter {
            !$0.isEdgeOnly && !$0.isCloudOnly && $0.edgeWork >= AgentCore.shortestWork && isBuilt($0)
        }
        guard let plan = known.min(by: { ($0.edgeWork, $0.id) < ($1.edgeWork, $1.id) }),
            let frame = lastFrame.withLock({ $0 })
        else { return nil }
        let head = try cache.half(.head, of: plan)
        let begun = MonotonicClock.now()
        _ = try slowly { try head.compute(named: named(frame)) }
        return (plan, MonotonicClock.now() - begun)
    }

    // MARK: Parts

    private func named(_ frame: SourceFrame) -> [String: TensorValue] {
        Dictionary(zip(source.inputs.map(\.name), frame.inputs)) { first, _ in first }
    }

    private func encode(_ values: [String: TensorValue], _ codec: ActivationCodec) throws -> [[UInt8]] {
        try codec.encode(
            codec.tensors.map { tensor in
                guard let value = values[tensor.name] else {
                    throw WireError.badRequest("the head does not give crossing tensor '\(tensor.name)'")
                }
                return value
            })
    }

    /// Emulates a slower processor: after work that took this thread so much processor time it keeps the processor busy
    /// until it has taken `slowdown` times as much. So other load on the processor draws it out as it would a slow
    /// device's work.
    private func slowly<Value>(_ work: () throws -> Value) rethrows -> Value {
        let begun = ProcessorClock.now()
        let value = try work()
        let enough = begun + (ProcessorClock.now() - begun).scaled(by: slowdown)
        while ProcessorClock.now() < enough {}
        return value
    }

    private func verdict(_ outputs: [NamedValue], label: Int?) -> AgentCore.Verdict? {
        guard let topClass = outputs.first(where: { $0.name == classOutput })?.value.topClass else { return nil }
        return .init(topClass: topClass, isCorrect: label.map { $0 == topClass })
    }
}
