public import Model

/// What crosses a cut, to bytes and back: affine integers packed to the bit, compressed where the plan says so. Both ends make
/// it from the same plan; a payload holds values only, no header.
///
/// - `packed`: `TransmittedTensor.packedBytes` bytes. Quantised values lie in order, least significant bit first, without gaps,
///   the last byte filled with zeros; unquantised elements lie as they are, little-endian.
/// - `deflated`: a zlib stream (RFC 1950). Values of 1, 2 and 4 bits are deflated as packed, of 3 bits two to a byte, of 5 to 8
///   bits one to a byte; where one value is one byte, each row of the last two extents is first predicted as in PNG. All
///   others are deflated as packed. On activations of the project's model that took 4 to 43 % of the packed bytes at 2 bits,
///   12 to 56 % at 4, 17 to 65 % at 6 (37 to 90 % had they been deflated as packed), and 21 to 73 % at 8.
/// - `jpeg`: a JPEG image of a picture's 8-bit values.
public struct ActivationCodec: Sendable {
    /// Bytes of the largest tensor that is sent, unquantised.
    public static let largestTensor = 1 << 30

    public let tensors: [TransmittedTensor]
    public let coding: TransmitCoding
    private let coders: [any ValueCoder]

    /// - Throws: `notQuantisable`, `noRange`, `unusableRange`, `tooLarge`, `notAnImage`.
    public init(tensors: [TransmittedTensor], coding: TransmitCoding) throws(CodecError) {
        var coders: [any ValueCoder] = []
        for tensor in tensors {
            coders.append(coding == .jpeg ? try ImageCoder(tensor) : try TensorCoder(tensor, coding: coding))
        }
        self.tensors = tensors
        self.coding = coding
        self.coders = coders
    }

    /// One payload a tensor, in order.
    /// - Throws: `count`, `wrongValue`.
    /// - Complexity: O(n).
    public func encode(_ values: [TensorValue]) throws(CodecError) -> [[UInt8]] {
        try check(values)
        return zip(coders, values).map { $0.encode($1) }
    }

    /// The values at the other end; quantised ones as near as their bits allow.
    /// - Throws: `count`, `payloadSize`, `corruptPayload`: payloads may come from anywhere.
    /// - Complexity: O(n).
    public func decode(_ payloads: [[UInt8]]) throws(CodecError) -> [TensorValue] {
        guard payloads.count == coders.count else {
            throw .count(of: "payloads", wanted: coders.count, found: payloads.count)
        }
        var values: [TensorValue] = []
        for (coder, payload) in zip(coders, payloads) { values.append(try coder.decode(payload)) }
        return values
    }

    /// `decode(encode(values))` without the packing: what quantisation makes of the values.
    /// - Throws: `count`, `wrongValue`.
    /// - Complexity: O(n).
    public func roundTrip(_ values: [TensorValue]) throws(CodecError) -> [TensorValue] {
        try check(values)
        return zip(coders, values).map { $0.roundTrip($1) }
    }

    private func check(_ values: [TensorValue]) throws(CodecError) {
        guard values.count == tensors.count else {
            throw .count(of: "values", wanted: tensors.count, found: values.count)
        }
        for (tensor, value) in zip(tensors, values)
        where value.elementType != tensor.elementType || value.shape != tensor.shape {
            throw .wrongValue(
                tensor: Tensor(name: tensor.name, elementType: tensor.elementType, shape: tensor.shape),
                foundType: value.elementType, foundShape: value.shape)
        }
    }
}

/// The codec of one tensor.
protocol ValueCoder: Sendable {
    /// - Precondition: `value` has the tensor's type and shape.
    func encode(_ value: TensorValue) -> [UInt8]

    /// - Throws: `payloadSize`, `corruptPayload`.
    func decode(_ payload: [UInt8]) throws(CodecError) -> TensorValue

    /// What the other end gets.
    ///
    /// - Precondition: `value` has the tensor's type and shape.
    func roundTrip(_ value: TensorValue) -> TensorValue
}
