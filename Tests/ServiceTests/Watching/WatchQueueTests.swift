import DataPlane
import Model
import Service
import Testing

/// What waits for a slow reader, against a list that forgets nothing.
@Suite struct WatchQueueTests {
    private enum Entry {
        case state(DeviceState)
        case samples([Sample])
    }

    private static func state(_ boot: Int, _ isAttached: Bool) -> DeviceState {
        DeviceState(device: "cam", boot: "\(boot)", isAttached: isAttached)
    }

    private static func sample(_ number: Int) -> Sample {
        Sample(metric: .rtt, time: Instant(nanoseconds: Int64(number)), value: 0.01)
    }

    /// What is to be told of all that came since the last time: batches from the newest on that fit, at least the newest; of
    /// states that follow one another the last.
    private static func told(_ entries: [Entry], capacity: Int) -> [WatchMessage] {
        var kept: [Entry] = []
        var (room, missed, isFull) = (capacity, 0, false)
        for entry in entries.reversed() {
            guard case .samples(let samples) = entry else {
                kept.insert(entry, at: 0)
                continue
            }
            let isNewest = room == capacity && !isFull
            isFull = isFull || (!isNewest && samples.count > room)
            let fitting = isFull ? [] : Array(samples.suffix(room))
            missed += samples.count - fitting.count
            room -= fitting.count
            if !fitting.isEmpty { kept.insert(.samples(fitting), at: 0) }
        }
        var messages: [WatchMessage] = missed > 0 ? [.missed(missed)] : []
        for (index, entry) in kept.enumerated() {
            switch entry {
            case .samples(let samples): messages.append(.samples(samples))
            case .state(let state):
                if index + 1 < kept.count, case .state = kept[index + 1] { continue }
                messages.append(.state(state))
            }
        }
        return messages
    }

    @Test func tellsAsAListWouldThatForgetsNothing() {
        var missed = 0
        for seed in 0..<3000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let capacity = Int.random(in: 1...30, using: &random)
            var queue = WatchQueue(capacity: capacity)
            var entries: [Entry] = []
            var number = 0
            for _ in 0..<60 {
                switch Int.random(in: 0..<8, using: &random) {
                case 0:
                    let told = queue.take()
                    #expect(told == Self.told(entries, capacity: capacity), "seed \(seed)")
                    if case .missed = told.first { missed += 1 }
                    entries = []
                case 1...2:
                    let state = Self.state(.random(in: 0..<3, using: &random), .random(using: &random))
                    queue.add(state)
                    entries.append(.state(state))
                default:
                    let count = Int.random(in: 0...(seed % 2 == 0 ? 4 : 40), using: &random)
                    let samples = (number..<number + count).map(Self.sample)
                    number += count
                    queue.add(samples)
                    if !samples.isEmpty { entries.append(.samples(samples)) }
                }
            }
            #expect(queue.take() == Self.told(entries, capacity: capacity), "seed \(seed)")
            #expect(queue.take().isEmpty, "seed \(seed)")
        }
        #expect(missed > 1000, "the capacity was met")
    }

    @Test func aBatchBeyondTheCapacityLeavesItsNewest() {
        var queue = WatchQueue(capacity: 3)
        queue.add(Self.state(1, true))
        queue.add((0..<2).map(Self.sample))
        queue.add((2..<7).map(Self.sample))
        #expect(
            queue.take() == [.missed(4), .state(Self.state(1, true)), .samples((4..<7).map(Self.sample))])
    }
}
