import Codec
import Model
import Testing

/// Packs bit by bit.
private func packedByHand(_ codes: [UInt16], bits: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (codes.count * bits + 7) / 8)
    for position in 0..<(codes.count * bits) where codes[position / bits] >> (position % bits) & 1 == 1 {
        bytes[position / 8] |= 1 << (position % 8)
    }
    return bytes
}

private func randomCodes(_ count: Int, bits: Int, using random: inout SeededGenerator) -> [UInt16] {
    (0..<count).map { _ in UInt16(truncatingIfNeeded: random.next()) & UInt16(truncatingIfNeeded: (1 << bits) - 1) }
}

@Suite struct BitPackingTests {
    @Test(arguments: 1...16) func agreesWithPackingBitByBit(bits: Int) {
        var random = SeededGenerator(seed: UInt64(bits))
        let packing = BitPacking(bits: bits)
        for length in Array(0...70) + (0..<130).map({ _ in Int.random(in: 0...600, using: &random) }) {
            let codes = randomCodes(length, bits: bits, using: &random)
            var bytes = [UInt8](repeating: 0xA5, count: packing.byteCount(of: length))
            codes.withUnsafeBufferPointer { codes in bytes.withUnsafeMutableBytes { packing.pack(codes, into: $0) } }
            #expect(bytes == packedByHand(codes, bits: bits), "\(bits) bits, length \(length)")
            var unpacked = [UInt16](repeating: 0xFFFF, count: length)
            bytes.withUnsafeBytes { bytes in
                unpacked.withUnsafeMutableBufferPointer { packing.unpack(bytes, into: $0) }
            }
            #expect(unpacked == codes, "\(bits) bits, length \(length)")
        }
    }

    @Test func theOrderOfBitsIsFixed() {
        let codes: [UInt16] = [0b001, 0b010, 0b100, 0b111]
        var bytes: [UInt8] = [0xFF, 0xFF]
        codes.withUnsafeBufferPointer { codes in
            bytes.withUnsafeMutableBytes { BitPacking(bits: 3).pack(codes, into: $0) }
        }
        #expect(bytes == [0b0001_0001, 0b0000_1111])
    }
}

@Suite struct BytePackingTests {
    @Test(arguments: [2, 4]) func agreesWithPackingBitByBit(bits: Int) {
        var random = SeededGenerator(seed: UInt64(bits))
        let packing = BytePacking(bits: bits)
        for length in Array(0...70) + (0..<500).map({ _ in Int.random(in: 0...600, using: &random) }) {
            let wide = randomCodes(length, bits: bits, using: &random)
            let codes = wide.map { UInt8($0) }
            var bytes = [UInt8](repeating: 0xA5, count: (length * bits + 7) / 8)
            codes.withUnsafeBufferPointer { codes in bytes.withUnsafeMutableBytes { packing.pack(codes, into: $0) } }
            #expect(bytes == packedByHand(wide, bits: bits), "\(bits) bits, length \(length)")
            var unpacked = [UInt8](repeating: 0xFF, count: length)
            bytes.withUnsafeBytes { bytes in
                unpacked.withUnsafeMutableBufferPointer { packing.unpack(bytes, into: $0) }
            }
            #expect(unpacked == codes, "\(bits) bits, length \(length)")
        }
    }
}
