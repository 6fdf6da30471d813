public import Model

/// A tensor, value or payload that the activation codec cannot take.
public enum CodecError: InputError, Hashable {
    /// Fewer than 32 bits are asked for elements that are not `float32`.
    case notQuantisable(tensor: String, elementType: ElementType, bits: Int)
    /// Fewer than 32 bits without a range for them to span.
    case noRange(tensor: String)
    /// The range's ends, or their difference, are not finite.
    case unusableRange(tensor: String, range: ValueRange)
    case tooLarge(tensor: String, shape: TensorShape)
    /// JPEG is asked for what is not a quantised picture.
    case notAnImage(tensor: String, shape: TensorShape)
    /// `found` values or payloads for `wanted` tensors.
    case count(of: String, wanted: Int, found: Int)
    case wrongValue(tensor: Tensor, foundType: ElementType, foundShape: TensorShape)
    /// A payload's size in bytes.
    case payloadSize(tensor: String, wanted: Int, found: Int)
    case corruptPayload(tensor: String, problem: String)

    public var description: String {
        switch self {
        case .notQuantisable(let tensor, let elementType, let bits):
            "tensor '\(tensor)': \(elementType.rawValue) cannot be sent in \(bits) bits; send it in 32 (unquantised)"
        case .noRange(let tensor):
            "tensor '\(tensor)': no range to quantise over; measure it on samples or send the tensor in 32 bits"
        case .unusableRange(let tensor, let range):
            "tensor '\(tensor)': the range \(range.low)…\(range.high) is not finite; measure it again on samples"
        case .tooLarge(let tensor, let shape):
            "tensor '\(tensor)': \(shape) has over \(ActivationCodec.largestTensor) bytes, the most that is sent; cut elsewhere"
        case .notAnImage(let tensor, let shape):
            "tensor '\(tensor)': \(shape) is no picture of 8-bit values (1 or 3 planes), so it can't be sent as a JPEG; deflate it"
        case .count(let kind, let wanted, let found):
            "\(found) \(kind) for \(wanted) crossing tensors; both ends must run the same plan"
        case .wrongValue(let tensor, let foundType, let foundShape):
            "tensor '\(tensor.name)': got \(foundType.rawValue) \(foundShape), the plan sends"
                + " \(tensor.elementType.rawValue) \(tensor.shape); both ends must run the same plan"
        case .payloadSize(let tensor, let wanted, let found):
            "tensor '\(tensor)': payload of \(found) bytes, \(wanted) wanted; both ends must run the same plan"
        case .corruptPayload(let tensor, let problem):
            "tensor '\(tensor)': payload damaged: \(problem); send the frame again"
        }
    }
}
