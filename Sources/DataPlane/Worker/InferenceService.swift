import GRPCCore
import Logging
import Model
import SwiftProtobuf

/// The Open Inference Protocol, version 2.
struct InferenceService: Inference_GRPCInferenceService.SimpleServiceProtocol {
    static let version = "1"

    let engine: WorkerEngine
    let logger: Logger

    func serverLive(
        request: Inference_ServerLiveRequest, context: ServerContext
    ) async throws -> Inference_ServerLiveResponse { .with { $0.live = true } }

    func serverReady(
        request: Inference_ServerReadyRequest, context: ServerContext
    ) async throws -> Inference_ServerReadyResponse { .with { $0.ready = engine.isReady } }

    func modelReady(
        request: Inference_ModelReadyRequest, context: ServerContext
    ) async throws -> Inference_ModelReadyResponse {
        .with { $0.ready = isServed(name: request.name, version: request.version) && engine.isReady }
    }

    func serverMetadata(
        request: Inference_ServerMetadataRequest, context: ServerContext
    ) async throws -> Inference_ServerMetadataResponse {
        .with {
            $0.name = "resplit"
            $0.version = Self.version
        }
    }

    func modelMetadata(
        request: Inference_ModelMetadataRequest, context: ServerContext
    ) async throws -> Inference_ModelMetadataResponse {
        try check(name: request.name, version: request.version)
        return .with {
            $0.name = engine.source.identity.name
            $0.versions = [Self.version]
            $0.platform = "onnxruntime_onnx"
            $0.inputs = engine.source.inputs.map(Self.metadata)
            $0.outputs = engine.source.outputs.map(Self.metadata)
        }
    }

    private static func metadata(of tensor: Tensor) -> Inference_ModelMetadataResponse.TensorMetadata {
        .with {
            $0.name = tensor.name
            $0.datatype = tensor.elementType.wire
            $0.shape = tensor.shape.wire
        }
    }

    private func isServed(name: String, version: String) -> Bool {
        name == engine.source.identity.name && (version.isEmpty || version == Self.version)
    }

    private func check(name: String, version: String) throws {
        guard isServed(name: name, version: version) else {
            throw RPCError(
                code: .notFound,
                message:
                    "no model '\(name)' \(version); this server has '\(engine.source.identity.name)' \(Self.version)")
        }
    }

    // MARK: Inference

    func modelInfer(
        request: Inference_ModelInferRequest, context: ServerContext
    ) async throws -> Inference_ModelInferResponse {
        try check(name: request.modelName, version: request.modelVersion)
        do {
            switch try InferenceRequest(wire: request) {
            case .whole(_, let inputs): return try await whole(inputs, of: request)
            case .frame(let frame): return try await answer(to: frame)
            }
        } catch let error as WireError {
            throw RPCError(code: .invalidArgument, message: error.description)
        }
    }

    /// All outputs, or those that the request names.
    private func whole(
        _ inputs: [NamedValue], of request: Inference_ModelInferRequest
    ) async throws -> Inference_ModelInferResponse {
        var outputs = try await engine.whole(inputs: inputs)
        if !request.outputs.isEmpty {
            outputs = try request.outputs.map { wanted in
                guard let output = outputs.first(where: { $0.name == wanted.name }) else {
                    throw WireError.badRequest("the model has no output '\(wanted.name)'")
                }
                return output
            }
        }
        var response = Inference_ModelInferResponse(outputs: outputs)
        response.modelName = engine.source.identity.name
        response.modelVersion = Self.version
        response.id = request.id
        return response
    }

    private func answer(to frame: FrameRequest) async throws -> Inference_ModelInferResponse {
        let arrived = MonotonicClock.now()
        let reply = await withCheckedContinuation { continuation in
            engine.serve(frame, arrived: arrived) { continuation.resume(returning: $0) }
        }
        if case .refused(_, let refusal, let reason) = reply {
            throw RPCError(code: refusal == .overloaded ? .resourceExhausted : .failedPrecondition, message: reason)
        }
        return reply.wire.inferResponse
    }

    /// A receipt as soon as a frame is here, an answer when it is computed. A frame that cannot be answered gets an
    /// error of its own, and the stream goes on.
    func modelStreamInfer(
        request: RPCAsyncSequence<Inference_ModelInferRequest, any Error>,
        response: RPCWriter<Inference_ModelStreamInferResponse>, context: ServerContext
    ) async throws {
        let (replies, outbox) = AsyncStream.makeStream(of: Inference_ModelStreamInferResponse.self)
        try await withThrowingTaskGroup { group in
            group.addTask {
                let open = OpenReplies(outbox)
                defer { open.close() }
                for try await message in request { accept(message, open) }
            }
            for await reply in replies { try await response.write(reply) }
            try await group.waitForAll()
        }
    }

    private func accept(_ message: Inference_ModelInferRequest, _ replies: OpenReplies) {
        let arrived = MonotonicClock.now()
        do {
            guard message.modelName == engine.source.identity.name else {
                throw WireError.badRequest("no model '\(message.modelName)' here")
            }
            switch try InferenceRequest(wire: message) {
            case .frame(let frame):
                replies.send(FrameReply.receipt(frame: frame.frame).wire)
                replies.expect()
                engine.serve(frame, arrived: arrived) { replies.fulfil($0.wire) }
            case .whole(_, let inputs):
                replies.expect()
                Task {
                    do {
                        let answer = try await whole(inputs, of: message)
                        replies.fulfil(.with { $0.inferResponse = answer })
                    } catch {
                        replies.fulfil(Self.failure(error, of: message))
                    }
                }
            }
        } catch {
            replies.send(Self.failure(error, of: message))
        }
    }

    /// Says which request failed, by its id and, where it has one, its frame.
    private static func failure(
        _ error: any Error, of message: Inference_ModelInferRequest
    ) -> Inference_ModelStreamInferResponse {
        .with {
            $0.errorMessage = "\(error)"
            $0.inferResponse.id = message.id
            $0.inferResponse.parameters = message.parameters.filter { $0.key == FrameRequest.Key.frame }
        }
    }
}
