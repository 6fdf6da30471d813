/// A model file taken apart without decoding its weights: everything but the initializers' elements as one small protobuf
/// message, and where in the file those elements lie.
struct ModelScan {
    /// Fields of `ModelProto`, `GraphProto` and `TensorProto` that the scan follows.
    private enum FieldNumber {
        static let graph: UInt64 = 7
        static let initializer: UInt64 = 5
    }

    /// More than any model's structure; keeps a hostile file from filling memory.
    static let largestStructure = 512 << 20

    enum Failure: Error {
        case truncated
        case notONNX
        case malformed
        case structureTooLarge
    }

    /// A `ModelProto` whose initializers have no elements.
    private(set) var structure: [UInt8] = []
    /// For each initializer, in the file's order.
    private(set) var elements: [InlineElements] = []

    /// - Complexity: linear in the size of the structure, but for elements stored as varints, which are counted one by one.
    init(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        var reader = WireReader(bytes, in: bytes.indices)
        do {
            while let field = try reader.next() {
                if field.number == FieldNumber.graph, field.kind == .delimited {
                    let graph = try scanGraph(bytes, in: field.contents)
                    structure.appendHeader(field: Int(FieldNumber.graph), length: graph.count)
                    structure += graph
                } else {
                    structure += bytes[field.extent]
                }
                guard structure.count <= Self.largestStructure else { throw Failure.structureTooLarge }
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            guard Self.startsLikeModel(bytes) else { throw .notONNX }
            let endsEarly = if case WireReader.Failure.pastEnd = error { true } else { false }
            throw endsEarly ? .truncated : .malformed
        }
    }

    /// A model starts with its version of the format, a small number.
    static func startsLikeModel(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x08 && (1...100).contains(bytes[1])
    }

    private mutating func scanGraph(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) throws -> [UInt8] {
        var reader = WireReader(bytes, in: range)
        var graph: [UInt8] = []
        do {
            while let field = try reader.next() {
                if field.number == FieldNumber.initializer, field.kind == .delimited {
                    let tensor = try scanTensor(bytes, in: field.contents)
                    graph.appendHeader(field: Int(FieldNumber.initializer), length: tensor.count)
                    graph += tensor
                } else {
                    graph += bytes[field.extent]
                }
                guard graph.count <= Self.largestStructure else { throw Failure.structureTooLarge }
            }
        } catch is WireReader.Failure {
            throw Self.startsLikeModel(bytes) ? Failure.malformed : .notONNX
        }
        return graph
    }

    private mutating func scanTensor(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) throws -> [UInt8] {
        var reader = WireReader(bytes, in: range)
        var tensor: [UInt8] = []
        var found = InlineElements()
        while let field = try reader.next() {
            if !found.take(field, of: reader) { tensor += bytes[field.extent] }
        }
        elements.append(found)
        return tensor
    }
}

/// Where the elements of one tensor lie in the model file, as whole protobuf fields, and how many there are.
struct InlineElements: Sendable {
    /// Extents of the fields, ascending; neighbours are joined.
    private(set) var extents: [Range<Int>] = []
    private(set) var count = ElementCount()

    var byteCount: Int { extents.reduce(0) { $0 + $1.count } }

    /// Notes `field` if it holds elements.
    fileprivate mutating func take(_ field: WireReader.Field, of reader: WireReader) -> Bool {
        let bytes = field.contents.count
        switch (field.number, field.kind) {
        case (4, .delimited): count.floats += bytes / 4
        case (4, .fixed32): count.floats += 1
        case (5, .delimited): count.int32s += reader.varintCount(in: field.contents)
        case (5, .varint): count.int32s += 1
        case (6, .delimited): count.strings += 1
        case (7, .delimited): count.int64s += reader.varintCount(in: field.contents)
        case (7, .varint): count.int64s += 1
        case (9, .delimited): count.rawBytes = bytes
        case (10, .delimited): count.doubles += bytes / 8
        case (10, .fixed64): count.doubles += 1
        case (11, .delimited): count.uint64s += reader.varintCount(in: field.contents)
        case (11, .varint): count.uint64s += 1
        default: return false
        }
        if let last = extents.last, last.upperBound == field.extent.lowerBound {
            extents[extents.count - 1] = last.lowerBound..<field.extent.upperBound
        } else {
            extents.append(field.extent)
        }
        return true
    }
}
