internal import Model

/// An array file of NumPy (NEP 1, "A Simple File Format for NumPy Arrays"), versions 1 to 3: `float32` little-endian or
/// `uint8`, in C order.
struct NPYArray {
    private let elementType: ElementType
    private let shape: TensorShape
    private let content: ArraySlice<UInt8>

    init(_ bytes: [UInt8], file: String) throws(FrameError) {
        func broken(_ problem: String) -> FrameError { .broken(file: file, problem: problem) }
        guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 8 else {
            throw broken("not an NPY array")
        }
        guard (1...3).contains(bytes[6]) else { throw broken("NPY version \(bytes[6]) is not 1, 2 or 3") }
        let start = bytes[6] == 1 ? 10 : 12
        guard bytes.count >= start else { throw broken("NPY header cut short") }
        let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - start else { throw broken("NPY header cut short") }
        guard let header = NPYHeader(bytes[start..<(start + length)]) else { throw broken("NPY header not understood") }
        switch header.description {
        case "<f4": elementType = .float32
        case "|u1": elementType = .uint8
        default: throw broken("elements of type \(quoted(header.description)), not '<f4' or '|u1'")
        }
        guard !header.isColumnMajor else { throw broken("in Fortran order, not C order") }
        content = bytes[(start + length)...]
        guard let count = TensorShape.elementCount(of: header.extents), count <= bytes.count else {
            throw broken("NPY content cut short")
        }
        shape = TensorShape(header.extents)
        let wanted = count * elementType.byteWidth
        guard content.count == wanted else { throw broken("\(content.count) bytes of content, not \(wanted)") }
    }

    /// - Throws: `wrongSize`.
    func value(for input: Tensor, file: String) throws(FrameError) -> TensorValue {
        guard shape == input.shape else {
            throw .wrongSize(file: file, size: "an array of \(shape)", wanted: "\(input.shape)")
        }
        return elementType == .float32
            ? TensorValue(elementType: .float32, shape: shape, bytes: Array(content))
            : TensorValue(floats: content.map { Float($0) / 255 }, shape: shape)
    }
}
