import Model

/// Seeds for all that is random in a run. Each purpose of each device has a sequence of its own, drawn from the names, so that one
/// more device changes no other's.
struct Seeds: Sendable {
    enum Purpose: UInt64 { case arrivals = 1, jitterUp, jitterDown, noise, foreign, variation }

    var seed: UInt64

    func generator(_ purpose: Purpose, group: String = "", number: Int = 0) -> SeededGenerator {
        // FNV-1a (Fowler, Noll and Vo) over the name; SplitMix64 mixes what is left alike.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt64) { hash = (hash ^ byte) &* 0x0000_0100_0000_01B3 }
        for byte in group.utf8 { mix(UInt64(byte)) }
        for word in [UInt64(truncatingIfNeeded: number), purpose.rawValue, seed] {
            for shift in stride(from: 0, to: 64, by: 8) { mix(word >> UInt64(shift) & 0xFF) }
        }
        var first = SeededGenerator(seed: hash)
        return SeededGenerator(seed: first.next())
    }
}
