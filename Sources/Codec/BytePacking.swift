/// The layout of `BitPacking` where a byte holds two or four whole codes: plain loops that the compiler vectorises.
package struct BytePacking: Sendable {
    private let bits: Int

    /// - Precondition: `bits` is 2 or 4.
    package init(bits: Int) {
        precondition(bits == 2 || bits == 4, "two or four whole codes a byte")
        self.bits = bits
    }

    /// - Precondition: `bytes` holds exactly what the codes fill; no code needs more than `bits`.
    package func pack(_ codes: UnsafeBufferPointer<UInt8>, into bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count == (codes.count * bits + 7) / 8)
        guard let source = UnsafeRawPointer(codes.baseAddress), let target = bytes.baseAddress else { return }
        let whole = codes.count * bits / 8
        let out = target.assumingMemoryBound(to: UInt8.self)
        if bits == 4 {
            for i in 0..<whole {
                let pair = source.loadUnaligned(fromByteOffset: i &* 2, as: UInt16.self)
                out[i] = UInt8(truncatingIfNeeded: pair | pair &>> 4)
            }
        } else {
            for i in 0..<whole {
                let four = source.loadUnaligned(fromByteOffset: i &* 4, as: UInt32.self)
                out[i] = UInt8(truncatingIfNeeded: four | four &>> 6 | four &>> 12 | four &>> 18)
            }
        }
        guard whole < bytes.count else { return }
        out[whole] = codes[(whole * 8 / bits)...].enumerated().reduce(0) { $0 | $1.element << UInt8($1.offset * bits) }
    }

    /// - Precondition: `bytes` holds exactly what the codes fill.
    package func unpack(_ bytes: UnsafeRawBufferPointer, into codes: UnsafeMutableBufferPointer<UInt8>) {
        precondition(bytes.count == (codes.count * bits + 7) / 8)
        guard let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let target = UnsafeMutableRawPointer(codes.baseAddress)
        else { return }
        let whole = codes.count * bits / 8
        if bits == 4 {
            for i in 0..<whole {
                let byte = UInt16(truncatingIfNeeded: source[i])
                target.storeBytes(of: (byte | byte &<< 4) & 0x0F0F, toByteOffset: i &* 2, as: UInt16.self)
            }
        } else {
            for i in 0..<whole {
                let byte = UInt32(truncatingIfNeeded: source[i])
                let four = (byte | byte &<< 6 | byte &<< 12 | byte &<< 18) & 0x0303_0303
                target.storeBytes(of: four, toByteOffset: i &* 4, as: UInt32.self)
            }
        }
        for i in (whole * 8 / bits)..<codes.count {
            codes[i] = source[whole] >> UInt8(i * bits % 8) & UInt8((1 << bits) - 1)
        }
    }
}
