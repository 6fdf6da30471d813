internal import Model

/// The codec of a tensor whose packed values are sent as they are, or deflated.
struct TensorCoder: ValueCoder {
    private let tensor: TransmittedTensor
    private let count: Int
    /// Bytes before they are deflated.
    private let laidOutBytes: Int
    /// Bits of a code.
    private let bits: Int
    /// Bits of the field that a code lies in.
    private let field: Int
    private let isDeflated: Bool
    private let quantiser: AffineQuantiser?
    /// Set where what is deflated is one byte a value.
    private let prediction: RowPrediction?

    init(_ tensor: TransmittedTensor, coding: TransmitCoding) throws(CodecError) {
        guard let count = TensorShape.elementCount(of: tensor.shape.extents),
            count <= ActivationCodec.largestTensor / tensor.elementType.byteWidth
        else { throw .tooLarge(tensor: tensor.name, shape: tensor.shape) }
        self.tensor = tensor
        self.count = count
        bits = tensor.precision.bits
        isDeflated = coding == .deflated
        quantiser = try Self.quantiser(of: tensor)
        field = isDeflated ? Self.deflatedField(bits) : bits
        laidOutBytes = quantiser == nil ? tensor.packedBytes : (count * field + 7) / 8
        let hasByteValues = quantiser == nil ? tensor.elementType.byteWidth == 1 : field == 8
        prediction = isDeflated && hasByteValues ? RowPrediction(shape: tensor.shape) : nil
    }

    /// Deflate knows bytes only, so a code must not straddle two: a byte holds as many whole codes as fit. Of four bits and less
    /// the codes of neighbours then make one symbol, which spends less than a bit on a value where most are zero; of more
    /// bits each value is a byte, which can be predicted.
    private static func deflatedField(_ bits: Int) -> Int {
        switch bits {
        case 3: 4
        case 5...8: 8
        default: bits
        }
    }

    private static func quantiser(of tensor: TransmittedTensor) throws(CodecError) -> AffineQuantiser? {
        guard tensor.precision.isQuantised else { return nil }
        guard tensor.elementType == .float32 else {
            throw .notQuantisable(
                tensor: tensor.name, elementType: tensor.elementType, bits: tensor.precision.bits)
        }
        guard let range = tensor.range else { throw .noRange(tensor: tensor.name) }
        guard let quantiser = AffineQuantiser(range: range, bits: tensor.precision.bits) else {
            throw .unusableRange(tensor: tensor.name, range: range)
        }
        return quantiser
    }

    func encode(_ value: TensorValue) -> [UInt8] {
        let packed = quantiser.map { pack(value, with: $0) } ?? value.bytes
        guard isDeflated else { return packed }
        return Deflate.compress(prediction?.filtered(packed) ?? packed)
    }

    func decode(_ payload: [UInt8]) throws(CodecError) -> TensorValue {
        let packed = isDeflated ? try inflate(payload) : payload
        guard packed.count == laidOutBytes else {
            throw .payloadSize(tensor: tensor.name, wanted: laidOutBytes, found: packed.count)
        }
        guard let quantiser else { return value(of: packed) }
        let usedBits = count * field % 8
        if usedBits > 0, let last = packed.last, last >> usedBits != 0 {
            throw .corruptPayload(tensor: tensor.name, problem: "the last byte is not filled with zeros")
        }
        if field > bits, packed.reduce(0, { $0 | $1 }) & unusedBits != 0 {
            throw .corruptPayload(tensor: tensor.name, problem: "a value exceeds \(bits) bits")
        }
        return unpack(packed, with: quantiser)
    }

    /// Those of a byte that no code reaches, where fields are wider than codes: of four or eight bits.
    private var unusedBits: UInt8 {
        let ofField = UInt8(truncatingIfNeeded: (1 << field) - (1 << bits))
        return field == 4 ? ofField | ofField << 4 : ofField
    }

    private func inflate(_ payload: [UInt8]) throws(CodecError) -> [UInt8] {
        let size = prediction?.filteredCount ?? laidOutBytes
        guard let bytes = try? Deflate.decompress(payload, size: size) else {
            throw .corruptPayload(tensor: tensor.name, problem: "not a zlib stream of exactly \(size) bytes")
        }
        guard let prediction else { return bytes }
        guard let unfiltered = prediction.unfiltered(bytes) else {
            throw .corruptPayload(tensor: tensor.name, problem: "an unknown row filter")
        }
        return unfiltered
    }

    func roundTrip(_ value: TensorValue) -> TensorValue {
        guard let quantiser else { return value }
        return floats { target in
            value.withFloats { source in
                withCodes(of: UInt16.self) { codes, block in
                    quantiser.quantise(.init(rebasing: source[block]), into: codes)
                    quantiser.dequantise(.init(codes), into: .init(rebasing: target[block]))
                }
            }
        }
    }

    private func pack(_ value: TensorValue, with quantiser: AffineQuantiser) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: laidOutBytes) { payload, initialised in
            initialised = laidOutBytes
            let payload = UnsafeMutableRawBufferPointer(
                rebasing: UnsafeMutableRawBufferPointer(payload)[..<laidOutBytes])
            value.withFloats { floats in
                switch field {
                case 8: quantiser.quantise(floats, into: payload.assumingMemoryBound(to: UInt8.self))
                case 16: quantiser.quantise(floats, into: payload.assumingMemoryBound(to: UInt16.self))
                case 2, 4:
                    withCodes(of: UInt8.self) { codes, block in
                        quantiser.quantise(.init(rebasing: floats[block]), into: codes)
                        BytePacking(bits: field).pack(.init(codes), into: .init(rebasing: payload[bytes(of: block)]))
                    }
                default:
                    withCodes(of: UInt16.self) { codes, block in
                        quantiser.quantise(.init(rebasing: floats[block]), into: codes)
                        BitPacking(bits: field).pack(.init(codes), into: .init(rebasing: payload[bytes(of: block)]))
                    }
                }
            }
        }
    }

    private func unpack(_ payload: [UInt8], with quantiser: AffineQuantiser) -> TensorValue {
        floats { floats in
            payload.withUnsafeBytes { payload in
                switch field {
                case 8: quantiser.dequantise(payload.assumingMemoryBound(to: UInt8.self), into: floats)
                case 16: quantiser.dequantise(payload.assumingMemoryBound(to: UInt16.self), into: floats)
                case 2, 4:
                    withCodes(of: UInt8.self) { codes, block in
                        BytePacking(bits: field).unpack(.init(rebasing: payload[bytes(of: block)]), into: codes)
                        quantiser.dequantise(.init(codes), into: .init(rebasing: floats[block]))
                    }
                default:
                    withCodes(of: UInt16.self) { codes, block in
                        BitPacking(bits: field).unpack(.init(rebasing: payload[bytes(of: block)]), into: codes)
                        quantiser.dequantise(.init(codes), into: .init(rebasing: floats[block]))
                    }
                }
            }
        }
    }

    /// Codes go through the first-level cache in blocks of this many, a multiple of eight so that blocks start at bytes.
    private static let blockSize = 2048

    /// Calls `body` with room for the codes of each block of elements.
    @inline(__always)
    private func withCodes<Code>(
        of code: Code.Type, _ body: (UnsafeMutableBufferPointer<Code>, Range<Int>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: code, capacity: Self.blockSize) { codes in
            for start in stride(from: 0, to: count, by: Self.blockSize) {
                let block = start..<min(start + Self.blockSize, count)
                body(.init(rebasing: codes[..<block.count]), block)
            }
        }
    }

    private func bytes(of block: Range<Int>) -> Range<Int> {
        (block.lowerBound * field / 8)..<((block.upperBound * field + 7) / 8)
    }

    private func floats(_ fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> TensorValue {
        let byteCount = count * MemoryLayout<Float>.stride
        return value(
            of: [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, initialised in
                initialised = byteCount
                let raw = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[..<byteCount])
                fill(raw.assumingMemoryBound(to: Float.self))
            })
    }

    private func value(of bytes: [UInt8]) -> TensorValue {
        TensorValue(elementType: tensor.elementType, shape: tensor.shape, bytes: bytes)
    }
}
