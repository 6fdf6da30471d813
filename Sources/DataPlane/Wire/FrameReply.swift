import FoundationEssentials
package import Model
import SwiftProtobuf

/// What a worker says to an agent about one frame.
package enum FrameReply: Hashable, Sendable {
    /// Why a frame gets no answer from the worker.
    package enum Refusal: String, Hashable, Sendable {
        /// The worker was restarted or let the epoch go: prepare it again.
        case unknownEpoch = "unknown_epoch"
        /// Too many frames wait already.
        case overloaded
        /// The tail failed, or the payload does not fit the plan.
        case failed
    }

    /// The whole frame is in the worker's hands.
    case receipt(frame: Int)
    /// Times by the worker's own clock; `compute` includes unpacking.
    case answer(frame: Int, queue: Nanoseconds, compute: Nanoseconds, outputs: [NamedValue])
    case refused(frame: Int, Refusal, reason: String)

    private enum Key {
        static let frame = "frame"
        static let receipt = "receipt"
        static let error = "error"
        static let queue = "queue_ns"
        static let compute = "compute_ns"
    }

    package init(wire: Inference_ModelStreamInferResponse) throws(WireError) {
        let response = wire.inferResponse
        let frame = try WireReading.number(response.parameters, Key.frame)
        if !wire.errorMessage.isEmpty {
            let refusal = response.parameters[Key.error].flatMap { Refusal(rawValue: $0.stringParam) } ?? .failed
            self = .refused(frame: frame, refusal, reason: wire.errorMessage)
        } else if response.parameters[Key.receipt]?.boolParam == true {
            self = .receipt(frame: frame)
        } else {
            let queue = UInt64(try WireReading.number(response.parameters, Key.queue))
            let compute = UInt64(try WireReading.number(response.parameters, Key.compute))
            self = .answer(
                frame: frame, queue: try WireReading.span(queue, Key.queue),
                compute: try WireReading.span(compute, Key.compute), outputs: try Self.outputs(of: response))
        }
    }

    package var wire: Inference_ModelStreamInferResponse {
        var wire = Inference_ModelStreamInferResponse()
        switch self {
        case .receipt(let frame):
            wire.inferResponse.parameters[Key.frame] = .with { $0.int64Param = Int64(frame) }
            wire.inferResponse.parameters[Key.receipt] = .with { $0.boolParam = true }
        case .answer(let frame, let queue, let compute, let outputs):
            wire.inferResponse = Inference_ModelInferResponse(outputs: outputs)
            wire.inferResponse.parameters[Key.frame] = .with { $0.int64Param = Int64(frame) }
            wire.inferResponse.parameters[Key.queue] = .with { $0.int64Param = queue.count }
            wire.inferResponse.parameters[Key.compute] = .with { $0.int64Param = compute.count }
        case .refused(let frame, let refusal, let reason):
            wire.errorMessage = reason.isEmpty ? refusal.rawValue : reason
            wire.inferResponse.parameters[Key.frame] = .with { $0.int64Param = Int64(frame) }
            wire.inferResponse.parameters[Key.error] = .with { $0.stringParam = refusal.rawValue }
        }
        return wire
    }

    private static func outputs(of wire: Inference_ModelInferResponse) throws(WireError) -> [NamedValue] {
        guard wire.rawOutputContents.count == wire.outputs.count else {
            throw .badRequest("\(wire.rawOutputContents.count) raw contents for \(wire.outputs.count) outputs")
        }
        var values: [NamedValue] = []
        for (index, output) in wire.outputs.enumerated() {
            let value = try TensorValue(
                wire: wire.rawOutputContents[index], datatype: output.datatype, shape: output.shape, "outputs[\(index)]"
            )
            values.append(NamedValue(name: output.name, value: value))
        }
        return values
    }
}

extension Inference_ModelInferResponse {
    init(outputs: [NamedValue]) {
        self.init()
        for output in outputs {
            self.outputs.append(
                .with {
                    $0.name = output.name
                    $0.datatype = output.value.elementType.wire
                    $0.shape = output.value.shape.wire
                })
            rawOutputContents.append(output.value.wire)
        }
    }
}
