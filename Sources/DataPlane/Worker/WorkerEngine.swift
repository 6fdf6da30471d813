import Codec
import Inference
import Model
import Synchronization

/// The worker's part that computes: tails by client and epoch, and the whole model for clients that know no cuts. One
/// thread computes, another builds sessions.
final class WorkerEngine: Sendable {
    /// A tail and how what it reads is packed.
    struct Tail: Sendable {
        var plan: Plan
        var codec: ActivationCodec
        var half: any ModelHalf
    }

    let source: any HalfSource
    private let compute = ComputeThread(name: "worker-compute")
    private let builder = ComputeThread(name: "worker-build")
    private let cache: HalfCache
    private let slots: Mutex<EpochSlots<Tail>>
    private let pending = Mutex(0)
    private let largestBacklog: Int
    private let wholeModel = Mutex<(any ModelHalf)?>(nil)

    init(source: any HalfSource, configuration: CloudWorker.Configuration) {
        self.source = source
        cache = HalfCache(source: source, capacity: configuration.sessions)
        slots = Mutex(EpochSlots(clients: configuration.clients, epochsPerClient: configuration.epochsPerClient))
        largestBacklog = configuration.largestBacklog
    }

    deinit {
        compute.stop()
        builder.stop()
    }

    func warmUp() async throws {
        let whole = try await builder.run { [source] in try source.whole() }
        wholeModel.withLock { $0 = whole }
    }

    // MARK: Epochs

    func prepare(client: String, epoch: Epoch, plan: Plan, modelSHA256: String) async throws {
        try check(plan, modelSHA256: modelSHA256)
        if let held = slots.withLock({ $0.slot(client: client, epoch: epoch) }), held.plan == plan { return }
        let tail = try await builder.run { [cache] in
            let codec = try ActivationCodec(tensors: plan.crossing, coding: plan.coding)
            return Tail(plan: plan, codec: codec, half: try cache.half(.tail, of: plan))
        }
        slots.withLock { $0.insert(tail, client: client, epoch: epoch) }
    }

    func buildAhead(_ plan: Plan, modelSHA256: String) async throws {
        try check(plan, modelSHA256: modelSHA256)
        try await builder.run { [cache] in _ = try cache.half(.tail, of: plan) }
    }

    private func check(_ plan: Plan, modelSHA256: String) throws {
        guard modelSHA256 == source.identity.sha256 else {
            throw WireError.badRequest(
                "the worker serves another model (\(source.identity.sha256.prefix(12))…, not \(modelSHA256.prefix(12))…);"
                    + " start both ends with the same file")
        }
        guard !plan.isEdgeOnly else {
            throw WireError.badRequest("plan '\(plan.id)' needs no worker: nothing crosses")
        }
    }

    func retire(client: String, epoch: Epoch) {
        slots.withLock { $0.remove(client: client, epoch: epoch) }
    }

    // MARK: Frames

    /// Queues a frame that arrived at `arrived`; `reply` is called once, from any thread.
    func serve(_ request: FrameRequest, arrived: Instant, reply: @escaping @Sendable (FrameReply) -> Void) {
        let frame = request.frame
        guard let tail = slots.withLock({ $0.slot(client: request.client, epoch: request.epoch) }) else {
            reply(.refused(frame: frame, .unknownEpoch, reason: "epoch \(request.epoch) is not held here"))
            return
        }
        guard enter() else {
            reply(.refused(frame: frame, .overloaded, reason: "\(largestBacklog) frames wait already"))
            return
        }
        compute.submit { [self] in
            defer { leave() }
            let started = MonotonicClock.now()
            do {
                let outputs = try Self.outputs(of: request, tail)
                let compute = MonotonicClock.now() - started
                reply(.answer(frame: frame, queue: started - arrived, compute: compute, outputs: outputs))
            } catch {
                reply(.refused(frame: frame, .failed, reason: "\(error)"))
            }
        }
    }

    private static func outputs(of request: FrameRequest, _ tail: Tail) throws -> [NamedValue] {
        let names = tail.codec.tensors.map(\.name)
        guard request.names == names else {
            throw WireError.badRequest(
                "the frame brings \(request.names.count) tensors, plan '\(tail.plan.id)' wants: \(names.joined(separator: ", "))"
            )
        }
        let values = zip(names, try tail.codec.decode(request.payloads))
        return try tail.half.compute(named: Dictionary(values) { first, _ in first })
    }

    /// Runs the whole model.
    func whole(inputs: [NamedValue]) async throws -> [NamedValue] {
        for tensor in source.inputs {
            guard let input = inputs.first(where: { $0.name == tensor.name }) else {
                throw WireError.badRequest("input '\(tensor.name)' is missing")
            }
            guard input.value.elementType == tensor.elementType, input.value.shape == tensor.shape else {
                throw WireError.badRequest(
                    "input '\(tensor.name)' is \(input.value.elementType.wire) \(input.value.shape),"
                        + " the model takes \(tensor.elementType.wire) \(tensor.shape)")
            }
        }
        let values = Dictionary(inputs.map { ($0.name, $0.value) }) { first, _ in first }
        guard let whole = wholeModel.withLock({ $0 }) else { throw WireError.badRequest("the model is not ready yet") }
        guard enter() else { throw WireError.badRequest("\(largestBacklog) requests wait already; try again later") }
        defer { leave() }
        return try await compute.run { try whole.compute(named: values) }
    }

    var isReady: Bool { wholeModel.withLock { $0 != nil } }

    private func enter() -> Bool {
        pending.withLock { pending in
            guard pending < largestBacklog else { return false }
            pending += 1
            return true
        }
    }

    private func leave() { pending.withLock { $0 -= 1 } }
}
