import Model

/// How many elements a `TensorProto` holds in each of its fields.
struct ElementCount: Sendable {
    /// `nil` where there is no `raw_data`.
    var rawBytes: Int?
    var floats = 0
    var int32s = 0
    var strings = 0
    var int64s = 0
    var doubles = 0
    var uint64s = 0

    init() {}

    init(_ tensor: Onnx_TensorProto) {
        rawBytes = tensor.hasRawData ? tensor.rawData.count : nil
        floats = tensor.floatData.count
        int32s = tensor.int32Data.count
        strings = tensor.stringData.count
        int64s = tensor.int64Data.count
        doubles = tensor.doubleData.count
        uint64s = tensor.uint64Data.count
    }
}

/// One of the element types of `TensorProto.DataType` and its storage.
struct TensorEncoding {
    var name: String
    /// `nil` for types that only weights may have.
    var elementType: ElementType?
    /// Bits of one element; `nil` for strings.
    var bits: Int?
    /// The field for elements that are not raw.
    var field: any KeyPath<ElementCount, Int> & Sendable
    /// Entries of that field for one element.
    var entries = 1

    static func name(of code: Int) -> String { TensorEncoding(code: code)?.name ?? "number \(code)" }

    /// - Returns: `nil` for a code that ONNX does not define.
    init?(code: Int) {
        guard let encoding = Self.all[code] else { return nil }
        self = encoding
    }

    private init(
        _ name: String, _ elementType: ElementType?, bits: Int?, _ field: any KeyPath<ElementCount, Int> & Sendable,
        entries: Int = 1
    ) {
        self.name = name
        self.elementType = elementType
        self.bits = bits
        self.field = field
        self.entries = entries
    }

    /// Bytes of `count` elements without gaps; `nil` for strings, or where it exceeds `Int`.
    func byteCount(elements count: Int) -> Int? {
        guard let bits else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: bits)
        return overflow ? nil : product / 8 + (product % 8 > 0 ? 1 : 0)
    }

    static func code(of type: ElementType) -> Int32 {
        switch type {
        case .float32: 1
        case .uint8: 2
        case .int8: 3
        case .uint16: 4
        case .int16: 5
        case .int32: 6
        case .int64: 7
        case .bool: 9
        case .float16: 10
        case .float64: 11
        case .uint32: 12
        case .uint64: 13
        case .bfloat16: 16
        }
    }

    private static let all: [Int: TensorEncoding] = [
        1: .init("float32", .float32, bits: 32, \.floats),
        2: .init("uint8", .uint8, bits: 8, \.int32s),
        3: .init("int8", .int8, bits: 8, \.int32s),
        4: .init("uint16", .uint16, bits: 16, \.int32s),
        5: .init("int16", .int16, bits: 16, \.int32s),
        6: .init("int32", .int32, bits: 32, \.int32s),
        7: .init("int64", .int64, bits: 64, \.int64s),
        8: .init("string", nil, bits: nil, \.strings),
        9: .init("bool", .bool, bits: 8, \.int32s),
        10: .init("float16", .float16, bits: 16, \.int32s),
        11: .init("float64", .float64, bits: 64, \.doubles),
        12: .init("uint32", .uint32, bits: 32, \.uint64s),
        13: .init("uint64", .uint64, bits: 64, \.uint64s),
        14: .init("complex64", nil, bits: 64, \.floats, entries: 2),
        15: .init("complex128", nil, bits: 128, \.doubles, entries: 2),
        16: .init("bfloat16", .bfloat16, bits: 16, \.int32s),
        17: .init("float8e4m3fn", nil, bits: 8, \.int32s),
        18: .init("float8e4m3fnuz", nil, bits: 8, \.int32s),
        19: .init("float8e5m2", nil, bits: 8, \.int32s),
        20: .init("float8e5m2fnuz", nil, bits: 8, \.int32s),
        21: .init("uint4", nil, bits: 4, \.int32s),
        22: .init("int4", nil, bits: 4, \.int32s),
        23: .init("float4e2m1", nil, bits: 4, \.int32s),
        24: .init("float8e8m0", nil, bits: 8, \.int32s),
        25: .init("uint2", nil, bits: 2, \.int32s),
        26: .init("int2", nil, bits: 2, \.int32s),
    ]
}

extension Onnx_TensorProto {
    /// Checks that the dimensions make sense and that there are as many elements as they ask for.
    ///
    /// - Returns: bytes of the elements; for strings zero.
    func checkedByteCount(of tensor: String, count: ElementCount?) throws(ONNXError.Problem) -> Int {
        let dims = dims.map(Int.init)
        guard dims.allSatisfy({ $0 >= 0 }), let elements = LargestTensor.elementCount(of: dims) else {
            throw .dimensions(dims, tensor: tensor)
        }
        guard let encoding = TensorEncoding(code: Int(dataType)) else {
            throw .elementType(Int(dataType), tensor: tensor)
        }
        let bytes = encoding.byteCount(elements: elements) ?? 0
        guard let count else { return bytes }
        if let found = count.rawBytes, encoding.bits != nil {
            guard found == bytes else {
                throw .weightSize(tensor: tensor, expected: bytes, found: found, unit: "bytes")
            }
        } else {
            let isPacked = (encoding.bits ?? 8) < 8
            let expected = isPacked ? bytes : elements * encoding.entries
            let found = count[keyPath: encoding.field]
            guard found == expected else {
                throw .weightSize(tensor: tensor, expected: expected, found: found, unit: "elements")
            }
        }
        return bytes
    }
}

/// The bound on the elements of one tensor: its bits fit an `Int` with room for sums.
enum LargestTensor {
    /// - Returns: `nil` where the extents' product is 2^48 or more.
    static func elementCount(of extents: [Int]) -> Int? {
        guard let count = TensorShape.elementCount(of: extents), count < 1 << 48 else { return nil }
        return count
    }
}
