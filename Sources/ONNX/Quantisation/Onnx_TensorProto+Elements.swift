import FoundationEssentials
import Model
import SwiftProtobuf

/// Weights made here, with their elements in the message, little-endian as the format asks for.
extension Onnx_TensorProto {
    init(_ name: String, dims: [Int], code: Int32, raw: [UInt8]) {
        self.init()
        self.name = name
        self.dims = dims.map(Int64.init)
        dataType = code
        rawData = Data(raw)
    }

    init(_ name: String, int64s: [Int64]) {
        self.init(
            name, dims: [int64s.count], code: TensorEncoding.code(of: .int64),
            raw: int64s.flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) })
    }

    init(_ name: String, int32s: [Int32]) {
        self.init(
            name, dims: [int32s.count], code: TensorEncoding.code(of: .int32),
            raw: int32s.flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) })
    }

    init(_ name: String, floats: [Float]) {
        self.init(
            name, dims: [floats.count], code: TensorEncoding.code(of: .float32),
            raw: floats.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
    }

    /// A scalar, for what holds for a whole tensor.
    init(_ name: String, scalar: Float) {
        self.init(name, floats: [scalar])
        dims = []
    }

    init(_ name: String, scalar: UInt8) {
        self.init(name, dims: [], code: TensorEncoding.code(of: .uint8), raw: [scalar])
    }

    init(_ name: String, _ weight: ChannelQuantisation) {
        let code: Int32 = weight.bits == 8 ? 3 : weight.bits == 4 ? 22 : 26
        self.init(name, dims: weight.extents, code: code, raw: weight.packedCodes)
    }
}

extension StoredElements {
    /// Of a weight whose elements are in its message.
    init(_ tensor: Onnx_TensorProto) {
        self.init(inline: InlineElements(), external: nil, byteCount: tensor.rawData.count)
    }
}

extension Onnx_NodeProto {
    init(_ opType: String, _ name: String, inputs: [String], outputs: [String], axis: Int? = nil) {
        self.init()
        self.opType = opType
        self.name = name
        input = inputs
        output = outputs
        if let axis { attribute = [.integer("axis", axis)] }
    }
}
