import FoundationEssentials
package import Model
import SwiftProtobuf

/// What an inference request asks for: the whole model, or the rest of a frame whose head ran on an edge.
package enum InferenceRequest: Hashable, Sendable {
    /// From any client of the protocol.
    case whole(model: String, inputs: [NamedValue])
    case frame(FrameRequest)

    package init(wire: Inference_ModelInferRequest) throws(WireError) {
        if wire.parameters[FrameRequest.Key.epoch] != nil {
            self = .frame(try FrameRequest(wire: wire))
        } else {
            self = .whole(model: wire.modelName, inputs: try Self.inputs(of: wire))
        }
    }

    private static func inputs(of wire: Inference_ModelInferRequest) throws(WireError) -> [NamedValue] {
        let raw = wire.rawInputContents
        guard raw.isEmpty || raw.count == wire.inputs.count else {
            throw .badRequest("\(raw.count) raw contents for \(wire.inputs.count) inputs; send one for each, in order")
        }
        var values: [NamedValue] = []
        for (index, input) in wire.inputs.enumerated() {
            let field = "inputs[\(index)]"
            let value: TensorValue
            if raw.isEmpty {
                value = try TensorValue(
                    wire: input.contents, datatype: input.datatype, shape: input.shape, field)
            } else {
                value = try TensorValue(wire: raw[index], datatype: input.datatype, shape: input.shape, field)
            }
            values.append(NamedValue(name: input.name, value: value))
        }
        return values
    }
}

/// What crosses the cut for one frame, as the plan of its epoch packs it.
package struct FrameRequest: Hashable, Sendable {
    enum Key {
        static let client = "client"
        static let epoch = "epoch"
        static let frame = "frame"
    }

    package var model: String
    package var client: String
    package var epoch: Epoch
    package var frame: Int
    package var names: [String]
    /// One for each name.
    package var payloads: [[UInt8]]

    package init(model: String, client: String, epoch: Epoch, frame: Int, names: [String], payloads: [[UInt8]]) {
        precondition(names.count == payloads.count, "every crossing tensor has a payload")
        self.model = model
        self.client = client
        self.epoch = epoch
        self.frame = frame
        self.names = names
        self.payloads = payloads
    }

    init(wire: Inference_ModelInferRequest) throws(WireError) {
        guard wire.rawInputContents.count == wire.inputs.count else {
            throw .badRequest("a frame has one raw content for each of its \(wire.inputs.count) inputs")
        }
        self.init(
            model: wire.modelName,
            client: try WireReading.name(wire.parameters[Key.client]?.stringParam ?? "", "parameters.client"),
            epoch: try WireReading.number(wire.parameters, Key.epoch),
            frame: try WireReading.number(wire.parameters, Key.frame),
            names: wire.inputs.map(\.name), payloads: wire.rawInputContents.map { Array($0) })
    }

    /// - Parameter tensors: the plan's; what is neither quantised nor deflated is sent under its own type and shape.
    package func wire(tensors: [TransmittedTensor], coding: TransmitCoding) -> Inference_ModelInferRequest {
        var wire = Inference_ModelInferRequest()
        wire.modelName = model
        wire.id = String(frame)
        wire.parameters[Key.client] = .with { $0.stringParam = client }
        wire.parameters[Key.epoch] = .with { $0.int64Param = Int64(epoch) }
        wire.parameters[Key.frame] = .with { $0.int64Param = Int64(frame) }
        for (tensor, payload) in zip(tensors, payloads) {
            let isPlain = coding == .packed && !tensor.precision.isQuantised
            wire.inputs.append(
                .with {
                    $0.name = tensor.name
                    $0.datatype = (isPlain ? tensor.elementType : .uint8).wire
                    $0.shape = isPlain ? tensor.shape.wire : [Int64(payload.count)]
                })
            wire.rawInputContents.append(Data(payload))
        }
        return wire
    }
}

extension WireReading {
    static func number(_ parameters: [String: Inference_InferParameter], _ key: String) throws(WireError) -> Int {
        guard case .int64Param(let value) = parameters[key]?.parameterChoice, value >= 0 else {
            throw .badField("parameters.\(key)", problem: "is not a number of at least zero")
        }
        return try count(UInt64(value), "parameters.\(key)")
    }
}
