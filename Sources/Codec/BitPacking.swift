/// Integers of 1 to 16 bits packed without gaps: code `i` takes bits `i * bits ..< (i + 1) * bits` of the bytes, the least
/// significant bit of a byte first; the last byte is filled with zeros.
///
/// Eight codes make `bits` whole bytes, so codes go by groups of eight: two 64-bit words of four 16-bit lanes each, whose
/// lanes move together in two steps (lanes to pairs, pairs to four), as in Warren, "Hacker's Delight", 7-4 (compress).
package struct BitPacking: Sendable {
    package let bits: Int
    private let codeMask: UInt64
    private let pairMask: UInt64
    private let fourMask: UInt64

    package init(bits: Int) {
        precondition((1...16).contains(bits), "packed integers have 1 to 16 bits")
        self.bits = bits
        codeMask = ((1 << bits) - 1) * 0x0000_0001_0000_0001
        pairMask = (1 << (2 * bits)) - 1
        fourMask = bits == 16 ? .max : (1 << (4 * bits)) - 1
    }

    package func byteCount(of codes: Int) -> Int { (codes * bits + 7) / 8 }

    /// - Precondition: `bytes` holds exactly `byteCount(of: codes.count)`; no code needs more than `bits`.
    /// - Complexity: O(n).
    package func pack(_ codes: UnsafeBufferPointer<UInt16>, into bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count == byteCount(of: codes.count))
        guard let source = UnsafeRawPointer(codes.baseAddress), let target = bytes.baseAddress else { return }
        let fast = groupsInWords(codes: codes.count, bytes: bytes.count)
        for group in 0..<fast {
            let packed = pack(source.advanced(by: group &* 16).loadUnaligned(as: Group.self))
            let place = target.advanced(by: group &* bits)
            place.storeBytes(of: packed.first, as: UInt64.self)
            if bits > 8 { place.advanced(by: 8).storeBytes(of: packed.second, as: UInt64.self) }
        }
        for start in stride(from: fast * 8, to: codes.count, by: 8) {
            var group = Group(first: 0, second: 0)
            let taken = min(8, codes.count - start)
            withUnsafeMutableBytes(of: &group) {
                $0.copyMemory(from: .init(start: source + start * 2, count: taken * 2))
            }
            withUnsafeBytes(of: pack(group)) {
                let place = UnsafeMutableRawBufferPointer(start: target + start / 8 * bits, count: byteCount(of: taken))
                place.copyMemory(from: .init(rebasing: $0[..<place.count]))
            }
        }
    }

    /// - Precondition: `bytes` holds exactly `byteCount(of: codes.count)`.
    package func unpack(_ bytes: UnsafeRawBufferPointer, into codes: UnsafeMutableBufferPointer<UInt16>) {
        precondition(bytes.count == byteCount(of: codes.count))
        guard let source = bytes.baseAddress, let target = UnsafeMutableRawPointer(codes.baseAddress) else { return }
        let fast = groupsInWords(codes: codes.count, bytes: bytes.count)
        for group in 0..<fast {
            let place = source.advanced(by: group &* bits)
            let packed = Group(
                first: place.loadUnaligned(as: UInt64.self),
                second: bits > 8 ? place.advanced(by: 8).loadUnaligned(as: UInt64.self) : 0)
            target.advanced(by: group &* 16).storeBytes(of: unpack(packed), as: Group.self)
        }
        for start in stride(from: fast * 8, to: codes.count, by: 8) {
            var packed = Group(first: 0, second: 0)
            let wanted = min(8, codes.count - start)
            withUnsafeMutableBytes(of: &packed) {
                $0.copyMemory(from: .init(start: source + start / 8 * bits, count: byteCount(of: wanted)))
            }
            withUnsafeBytes(of: unpack(packed)) {
                let place = UnsafeMutableRawBufferPointer(start: target + start * 2, count: wanted * 2)
                place.copyMemory(from: .init(rebasing: $0[..<place.count]))
            }
        }
    }

    /// Eight codes: as four 16-bit lanes a word, or packed into the lowest `8 * bits` bits of both words.
    private struct Group: BitwiseCopyable {
        var first: UInt64
        var second: UInt64
    }

    /// How many groups, from the start, can be loaded or stored as whole words without leaving the bytes. What a store
    /// overwrites behind its group is the place of later groups.
    private func groupsInWords(codes: Int, bytes: Int) -> Int {
        let word = bits > 8 ? 16 : 8
        return bytes < word ? 0 : min(codes / 8, (bytes - word) / bits + 1)
    }

    /// Shifts by `4 * bits` go in two halves: at 16 bits nothing is to be left.
    @inline(__always)
    private func pack(_ lanes: Group) -> Group {
        let low = compress(lanes.first)
        let high = compress(lanes.second)
        return Group(first: low | (high &<< half) &<< half, second: bits > 8 ? high &>> (64 &- half &- half) : 0)
    }

    @inline(__always)
    private func unpack(_ packed: Group) -> Group {
        let high = (packed.first &>> half) &>> half | packed.second &<< (64 &- half &- half)
        return Group(first: expand(packed.first & fourMask), second: expand(high & fourMask))
    }

    private var half: UInt64 { UInt64(truncatingIfNeeded: 2 &* bits) }

    /// Four 16-bit lanes to `4 * bits` low bits.
    @inline(__always)
    private func compress(_ lanes: UInt64) -> UInt64 {
        let pairs = (lanes & codeMask) | ((lanes &>> 16) & codeMask) &<< UInt64(truncatingIfNeeded: bits)
        return (pairs & pairMask) | ((pairs &>> 32) & pairMask) &<< half
    }

    /// The inverse of `compress`.
    @inline(__always)
    private func expand(_ word: UInt64) -> UInt64 {
        let pairs = (word & pairMask) | ((word &>> half) & pairMask) &<< 32
        return (pairs & codeMask) | ((pairs &>> UInt64(truncatingIfNeeded: bits)) & codeMask) &<< 16
    }
}
