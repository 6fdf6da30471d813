import FoundationEssentials
import Model
import SwiftProtobuf

extension ONNXModel {
    /// The elements of a `float32` initializer that is to be held as integers, row-major, wherever they are stored.
    ///
    /// - Parameter position: in the graph's initializers.
    /// - Throws: `ONNXError.Problem.unreadable` where external data cannot be read; `.weightNotFinite` where an element is
    ///   infinite or not a number, which no integer stands for.
    func floats(ofInitializer position: Int) throws(ONNXError.Problem) -> [Float] {
        let floats = try storedFloats(ofInitializer: position)
        guard floats.allSatisfy(\.isFinite) else { throw .weightNotFinite(proto.graph.initializer[position].name) }
        return floats
    }

    private func storedFloats(ofInitializer position: Int) throws(ONNXError.Problem) -> [Float] {
        let tensor = proto.graph.initializer[position]
        let stored = stored[position]
        precondition(TensorEncoding(code: Int(tensor.dataType))?.elementType == .float32, "only a float32 has floats")
        if let slice = stored.external { return try Self.floats(of: Self.bytes(of: slice)) }
        if tensor.hasRawData { return Self.floats(of: Array(tensor.rawData)) }
        // Extents are whole fields of a tensor message: together they are one that holds nothing else.
        let fields = stored.inline.extents.reduce(into: Data()) { $0.append(source.bytes[absolute: $1]) }
        do {
            let elements = try Onnx_TensorProto(serializedBytes: fields)
            return elements.hasRawData ? Self.floats(of: Array(elements.rawData)) : elements.floatData
        } catch {
            throw .malformed(reason: "weight '\(tensor.name)' is not in the protobuf form")
        }
    }

    private static func floats(of bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { raw in
            (0..<(raw.count / 4)).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }

    private static func bytes(of slice: ExternalSlice) throws(ONNXError.Problem) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(slice.range.count)
        do {
            try InputFile(path: slice.path).forEachChunk(of: slice.range) { bytes.append(contentsOf: $0) }
            return bytes
        } catch {
            throw .unreadable(reason: "external file '\(slice.location)' cannot be read")
        }
    }
}

extension Data {
    /// Bytes by their distance from the start, which in a slice is not the index.
    fileprivate subscript(absolute range: Range<Int>) -> Data {
        self[(startIndex + range.lowerBound)..<(startIndex + range.upperBound)]
    }
}
