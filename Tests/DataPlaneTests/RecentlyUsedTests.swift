import DataPlane
import Model
import Testing

@Suite struct RecentlyUsedTests {
    /// Against a list kept in order of use.
    @Test func forgetsWhatADumbOneForgets() {
        for seed in 0..<1000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let capacity = Int.random(in: 1...5, using: &random)
            var table = RecentlyUsed<Int, Int>(capacity: capacity)
            var list: [(key: Int, value: Int)] = []
            for step in 0..<100 {
                let key = Int.random(in: 0..<8, using: &random)
                let known = list.firstIndex { $0.key == key }
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    let value = table.value(of: key)
                    #expect(value == known.map { list[$0].value }, "seed \(seed)")
                    if let known { list.append(list.remove(at: known)) }
                case 1:
                    let (removed, expected) = (table.remove(key), known.map { list.remove(at: $0).value })
                    #expect(removed == expected, "seed \(seed)")
                default:
                    if let known { list.remove(at: known) }
                    let evicted = list.count == capacity ? list.removeFirst().key : nil
                    let forgotten = table.insert(step, for: key)
                    #expect(forgotten == evicted, "seed \(seed)")
                    list.append((key, step))
                }
                #expect(Set(table.keys) == Set(list.map(\.key)), "seed \(seed)")
            }
        }
    }

    @Test func slotsAreBoundedByClientAndEpoch() {
        var slots = EpochSlots<String>(clients: 2, epochsPerClient: 2)
        func held(_ client: String, _ epoch: Epoch) -> String? { slots.slot(client: client, epoch: epoch) }
        for epoch in 1...3 { slots.insert("a\(epoch)", client: "a", epoch: epoch) }
        #expect(held("a", 1) == nil)
        #expect(held("a", 3) == "a3")
        slots.insert("b1", client: "b", epoch: 1)
        #expect(held("a", 2) == "a2")
        slots.insert("c1", client: "c", epoch: 1)
        #expect(held("b", 1) == nil)
        #expect(slots.count == 3)
        slots.remove(client: "c", epoch: 1)
        slots.remove(client: "c", epoch: 9)
        #expect(slots.count == 2)
    }
}
