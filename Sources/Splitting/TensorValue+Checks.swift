public import Model

/// Making and comparing values, for measuring shapes and for checking cuts.
extension TensorValue {
    init(zeros type: ElementType, shape: TensorShape) {
        self.init(
            elementType: type, shape: shape, bytes: [UInt8](repeating: 0, count: shape.elementCount * type.byteWidth))
    }

    /// Floats uniform in [0, 1); every other type is zero or one.
    init(random type: ElementType, shape: TensorShape, _ random: inout SeededGenerator) {
        let count = shape.elementCount
        switch type {
        case .float32:
            self.init(floats: (0..<count).map { _ in Float(random.nextUnit()) }, shape: shape)
        case .float64:
            let values = (0..<count).map { _ in random.nextUnit() }
            self.init(elementType: type, shape: shape, bytes: values.withUnsafeBytes(Array.init))
        case .float16, .bfloat16:
            self.init(zeros: type, shape: shape)
        default:
            var bytes = [UInt8](repeating: 0, count: count * type.byteWidth)
            for element in 0..<count { bytes[element * type.byteWidth] = UInt8(random.next() & 1) }
            self.init(elementType: type, shape: shape, bytes: bytes)
        }
    }

    /// Every element moved far: floats mirrored about zero and shifted by one, other types with their lowest bit flipped.
    func perturbed() -> TensorValue {
        if elementType == .float32 { return TensorValue(floats: floats.map { 1 - $0 }, shape: shape) }
        var bytes = bytes
        for element in stride(from: 0, to: bytes.count, by: elementType.byteWidth) { bytes[element] ^= 1 }
        return TensorValue(elementType: elementType, shape: shape, bytes: bytes)
    }

    /// Largest difference of one element; of tensors without floats, one where any byte differs. Infinite where shapes differ,
    /// and where an element is not a number, which equals nothing; infinities of one sign are equal.
    func difference(from other: TensorValue) -> Double {
        guard elementType == other.elementType, shape == other.shape else { return .infinity }
        guard elementType == .float32 else { return bytes == other.bytes ? 0 : 1 }
        return zip(floats, other.floats).reduce(0) { largest, pair in
            guard pair.0 != pair.1 else { return largest }
            let difference = Double(abs(pair.0 - pair.1))
            return difference.isNaN ? .infinity : max(largest, difference)
        }
    }

    /// Largest magnitude of one element; one for tensors without floats.
    var largestMagnitude: Double {
        guard elementType == .float32 else { return 1 }
        return floats.reduce(0) { $1.isFinite ? max($0, Double(abs($1))) : $0 }
    }

    /// Index of the first float that is infinite or not a number; `nil` where there is none.
    var firstNotFinite: Int? {
        guard elementType == .float32 else { return nil }
        return withFloats { $0.firstIndex { !$0.isFinite } }
    }

    /// Index of the largest float, the first of equals; `nil` for an empty tensor or one without floats.
    public var topClass: Int? {
        guard elementType == .float32 else { return nil }
        return withFloats { floats in
            floats.indices.max { floats[$0] < floats[$1] || (floats[$0] == floats[$1] && $0 > $1) }
        }
    }
}

extension [TensorValue] {
    func difference(from other: [TensorValue]) -> Double {
        guard count == other.count else { return .infinity }
        return zip(self, other).reduce(0) { Swift.max($0, $1.0.difference(from: $1.1)) }
    }

    var largestMagnitude: Double { reduce(0) { Swift.max($0, $1.largestMagnitude) } }
}
