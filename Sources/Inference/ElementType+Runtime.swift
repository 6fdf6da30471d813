import Model

extension ElementType {
    /// `nil` for strings, complex numbers and types narrower than a byte.
    init?(runtimeCode code: Int32) {
        guard let match = Self.allCases.first(where: { $0.runtimeCode == code }) else { return nil }
        self = match
    }

    /// The value of `ONNXTensorElementDataType` in the runtime's header.
    var runtimeCode: Int32 {
        switch self {
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

    /// By the name that the runtime's profile uses, such as `float`.
    init?(runtimeName name: String) {
        switch name {
        case "float": self = .float32
        case "double": self = .float64
        default: self.init(rawValue: name)
        }
    }
}
