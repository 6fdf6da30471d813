import Model
import Sim
import Testing

@Suite struct SlabTests {
    /// Slabs and copies of them, filled and changed by turns, against arrays. The elements count references, so that one let go
    /// twice, or never, would be found.
    @Test func holdsWhatAnArrayHolds() {
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var slabs = [Slab<[Int]>()]
            var oracles: [[[Int]]] = [[]]
            for number in 0..<Int.random(in: 1...150, using: &random) {
                let index = Int.random(in: slabs.indices, using: &random)
                slabs[index].own()
                switch Int.random(in: 0..<8, using: &random) {
                case 0 where slabs.count < 5:
                    slabs.append(slabs[index])
                    oracles.append(oracles[index])
                case 1 where slabs.count > 1:
                    slabs.remove(at: index)
                    oracles.remove(at: index)
                case 2...4 where !oracles[index].isEmpty:
                    let place = Int.random(in: oracles[index].indices, using: &random)
                    slabs[index][place].append(number)
                    oracles[index][place].append(number)
                default:
                    slabs[index].append([number])
                    oracles[index].append([number])
                }
                let held = slabs.map { slab in slab.indices.map { slab[$0] } }
                #expect(held == oracles, "seed \(seed), step \(number)")
            }
        }
    }
}
