import FoundationEssentials
import SwiftProtobuf

/// A model file to be, as pieces in order: small ones in memory, weights where they are now.
struct ModelLayout {
    enum Piece {
        case bytes([UInt8])
        /// Of the source's file.
        case source(Range<Int>)
        case external(ExternalSlice)
    }

    /// What becomes of weights in external files.
    enum ExternalData {
        /// The new file refers to the same files.
        case kept
        /// The new file holds them.
        case inlined
        /// One new external file, at this location, holds them.
        case gathered(location: String)
    }

    /// What a protobuf message may hold at most.
    static let largestFile = Int(Int32.max)

    private(set) var pieces: [Piece] = []
    private(set) var byteCount = 0
    /// What the new external file holds.
    private(set) var gathered: [Piece] = []
    private var gatheredCount = 0

    /// - Throws: `ONNXError.Problem.tooLarge` above 2 GiB; errors of the protobuf library.
    init(_ model: ONNXModel, externalData: ExternalData) throws {
        var initializers = ModelLayout()
        for (tensor, stored) in zip(model.proto.graph.initializer, model.stored) {
            try initializers.appendInitializer(tensor, stored, externalData)
        }
        var graph = model.proto.graph
        graph.initializer = graph.initializer.isEmpty ? [] : [Onnx_TensorProto()]
        let graphBytes: [UInt8] = try graph.serializedBytes()
        let (graphStart, graphEnd) = Self.split(graphBytes, at: 5)
        var shell = model.proto
        shell.graph = Onnx_GraphProto()
        let (start, end) = Self.split(try shell.serializedBytes(), at: 7)

        var header: [UInt8] = []
        header.appendHeader(field: 7, length: graphStart.count + initializers.byteCount + graphEnd.count)
        append(start + header + graphStart)
        initializers.pieces.forEach { append($0) }
        append(graphEnd + end)
        gathered = initializers.gathered
        guard byteCount <= Self.largestFile else {
            throw ONNXError.Problem.tooLarge(
                what:
                    "one ONNX file holds at most 2 GiB, and this would be \(byteCount) bytes; keep weights in external data"
            )
        }
    }

    private init() {}

    private mutating func appendInitializer(
        _ tensor: Onnx_TensorProto, _ stored: StoredElements, _ externalData: ExternalData
    ) throws {
        var tensor = tensor
        var elements = stored.inline.extents.map(Piece.source)
        if let slice = stored.external {
            switch externalData {
            case .kept: break
            case .inlined:
                tensor.clearDataLocation()
                tensor.externalData = []
                var header: [UInt8] = []
                header.appendHeader(field: 9, length: slice.range.count)
                elements = [.bytes(header), .external(slice)]
            case .gathered(let location):
                tensor.externalData = gather(slice, at: location)
            }
        }
        let body: [UInt8] = try tensor.serializedBytes()
        var header: [UInt8] = []
        header.appendHeader(field: 5, length: elements.reduce(body.count) { $0 + Self.byteCount(of: $1) })
        append(header + body)
        elements.forEach { append($0) }
    }

    /// Lays a weight out in the new external file, at a multiple of 64 bytes.
    private mutating func gather(_ slice: ExternalSlice, at location: String) -> [Onnx_StringStringEntryProto] {
        let padding = (64 - gatheredCount % 64) % 64
        if padding > 0 { gathered.append(.bytes([UInt8](repeating: 0, count: padding))) }
        let offset = gatheredCount + padding
        gathered.append(.external(slice))
        gatheredCount = offset + slice.range.count
        let entries = [("location", location), ("offset", "\(offset)"), ("length", "\(slice.range.count)")]
        return entries.map { entry in
            .with {
                $0.key = entry.0
                $0.value = entry.1
            }
        }
    }

    private mutating func append(_ piece: Piece) {
        byteCount += Self.byteCount(of: piece)
        if case .bytes(let new) = piece, case .bytes(var last)? = pieces.last {
            pieces.removeLast()
            last += new
            pieces.append(.bytes(last))
        } else {
            pieces.append(piece)
        }
    }

    private mutating func append(_ bytes: [UInt8]) { append(.bytes(bytes)) }

    private static func byteCount(of piece: Piece) -> Int {
        switch piece {
        case .bytes(let bytes): bytes.count
        case .source(let range): range.count
        case .external(let slice): slice.range.count
        }
    }

    /// What lies before and after the one field `number` of a message; after everything where it has none.
    private static func split(_ message: [UInt8], at number: UInt64) -> (before: [UInt8], after: [UInt8]) {
        message.withUnsafeBytes { bytes in
            var reader = WireReader(bytes, in: bytes.indices)
            while let field = try? reader.next() {
                guard field.number == number else { continue }
                return (Array(bytes[..<field.extent.lowerBound]), Array(bytes[field.extent.upperBound...]))
            }
            return (message, [])
        }
    }
}
