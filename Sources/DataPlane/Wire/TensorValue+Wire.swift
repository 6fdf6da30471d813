import FoundationEssentials
package import Model

/// A tensor's value and the name it bears in its model.
package struct NamedValue: Hashable, Sendable {
    package var name: String
    package var value: TensorValue

    package init(name: String, value: TensorValue) {
        self.name = name
        self.value = value
    }
}

extension TensorShape {
    init(wire extents: [Int64], _ field: @autoclosure () -> String) throws(WireError) {
        let sizes = extents.map(Int.init)
        guard sizes.count <= 64, sizes.allSatisfy({ $0 >= 0 }), let count = Self.elementCount(of: sizes),
            count < 1 << 40
        else { throw .badField("\(field()).shape", problem: "is not the shape of a tensor") }
        self.init(sizes)
    }

    var wire: [Int64] { extents.map(Int64.init) }
}

extension TensorValue {
    /// Elements that came as raw bytes.
    init(
        wire bytes: some Collection<UInt8>, datatype: String, shape: [Int64], _ field: @autoclosure () -> String
    ) throws(WireError) {
        guard let type = ElementType(wire: datatype) else {
            throw .badField("\(field()).datatype", problem: "'\(datatype.prefix(16))' is not supported")
        }
        let shape = try TensorShape(wire: shape, field())
        guard bytes.count == shape.elementCount * type.byteWidth else {
            throw .badField(
                field(),
                problem: "has \(bytes.count) bytes, \(shape.elementCount * type.byteWidth) wanted for its shape")
        }
        self.init(elementType: type, shape: shape, bytes: Array(bytes))
    }

    /// Elements that came in the typed field of their kind.
    init(
        wire contents: Inference_InferTensorContents, datatype: String, shape: [Int64],
        _ field: @autoclosure () -> String
    ) throws(WireError) {
        let bytes: [UInt8]
        switch ElementType(wire: datatype) {
        case .float32: bytes = Self.bytes(contents.fp32Contents)
        case .float64: bytes = Self.bytes(contents.fp64Contents)
        case .int64: bytes = Self.bytes(contents.int64Contents)
        case .uint64: bytes = Self.bytes(contents.uint64Contents)
        case .int32: bytes = Self.bytes(contents.intContents)
        case .uint32: bytes = Self.bytes(contents.uintContents)
        case .int16: bytes = Self.bytes(contents.intContents.map(Int16.init(clamping:)))
        case .uint16: bytes = Self.bytes(contents.uintContents.map(UInt16.init(clamping:)))
        case .int8: bytes = Self.bytes(contents.intContents.map(Int8.init(clamping:)))
        case .uint8: bytes = contents.uintContents.map(UInt8.init(clamping:))
        case .bool: bytes = contents.boolContents.map { $0 ? 1 : 0 }
        case .float16, .bfloat16, nil:
            throw .badField("\(field()).contents", problem: "'\(datatype.prefix(16))' is taken as raw contents only")
        }
        try self.init(wire: bytes, datatype: datatype, shape: shape, field())
    }

    private static func bytes<Element: BitwiseCopyable>(_ elements: [Element]) -> [UInt8] {
        elements.withUnsafeBytes(Array.init)
    }

    var wire: Data { Data(bytes) }
}
