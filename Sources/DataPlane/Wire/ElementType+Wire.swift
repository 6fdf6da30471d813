import Model

/// The Open Inference Protocol's names of element types.
extension ElementType {
    init?(wire: String) {
        guard let type = Self.allCases.first(where: { $0.wire == wire }) else { return nil }
        self = type
    }

    var wire: String {
        switch self {
        case .float32: "FP32"
        case .float16: "FP16"
        case .bfloat16: "BF16"
        case .float64: "FP64"
        case .int8: "INT8"
        case .uint8: "UINT8"
        case .int16: "INT16"
        case .uint16: "UINT16"
        case .int32: "INT32"
        case .uint32: "UINT32"
        case .int64: "INT64"
        case .uint64: "UINT64"
        case .bool: "BOOL"
        }
    }
}
