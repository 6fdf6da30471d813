import Model
import Telemetry
import Testing

/// The window's rules, followed to the letter by sorting and adding up everything anew.
private struct DumbWindow {
    let length: Nanoseconds
    let capacity: Int
    var present: Instant?
    var held: [(time: Instant, value: Double, weight: Double)] = []

    mutating func insert(time: Instant, value: Double, weight: Double) -> Bool {
        if let present, time <= present - length { return false }
        if held.contains(where: { $0.time == time }) { return false }
        if held.count == capacity, held.allSatisfy({ $0.time > time }) { return false }
        advance(to: time)
        if held.count == capacity { held.removeFirst() }
        held.append((time, value, (weight * 1_048_576).rounded(.up) / 1_048_576))
        held.sort { $0.time < $1.time }
        return true
    }

    mutating func advance(to now: Instant) {
        if let present, now < present { return }
        present = now
        held.removeAll { $0.time <= now - length }
    }

    var totalWeight: Double { held.reduce(0) { $0 + $1.weight } }
    var mean: Double? { held.isEmpty ? nil : held.reduce(0) { $0 + $1.weight * $1.value } / totalWeight }

    var harmonicMean: Double? {
        if held.isEmpty || held.contains(where: { $0.value < 0 }) { return nil }
        if held.contains(where: { $0.value == 0 }) { return 0 }
        return totalWeight / held.reduce(0) { $0 + $1.weight / $1.value }
    }

    func quantile(_ share: Double) -> Double? {
        var reached = 0.0
        for sample in held.sorted(by: { $0.value < $1.value }) {
            reached += sample.weight
            if reached >= share * totalWeight { return sample.value }
        }
        return nil
    }
}

@Suite struct SlidingWindowTests {
    @Test func equalsDumbRecomputationOnSeededStreams() {
        for seed in UInt64(0)..<3000 {
            var random = SeededGenerator(seed: seed)
            let length = Nanoseconds(Int64.random(in: 1...60, using: &random))
            let capacity = Int.random(in: 1...24, using: &random)
            // Every other stream has no negative values, as a harmonic mean needs.
            let values = seed % 2 == 0 ? -5...5 : 0...9
            var window = SlidingWindow(length: length, capacity: capacity)
            var dumb = DumbWindow(length: length, capacity: capacity)
            var now: Int64 = 0
            for _ in 0..<80 {
                now += Int.random(in: 0..<20, using: &random) == 0 ? 100 : Int64.random(in: 0...4, using: &random)
                let time = Instant(
                    nanoseconds: now - Int64.random(in: 0...3, using: &random)
                        * Int64.random(in: 0...20, using: &random))
                if Int.random(in: 0..<8, using: &random) == 0 {
                    window.advance(to: time)
                    dumb.advance(to: time)
                } else {
                    let value = Double(Int.random(in: values, using: &random))
                    let weight = max(random.nextUnit(), 1e-9)
                    let taken = window.insert(time: time, value: value, weight: weight)
                    let expected = dumb.insert(time: time, value: value, weight: weight)
                    if taken != expected {
                        Issue.record("seed \(seed): took a sample that the rules refuse, or the reverse")
                    }
                }
                guard agree(window, dumb, &random) else {
                    Issue.record("seed \(seed): \(window) is not \(dumb)")
                    return
                }
            }
        }
    }

    private func agree(_ window: SlidingWindow, _ dumb: DumbWindow, _ random: inout SeededGenerator) -> Bool {
        let share: Double = [0, 1, random.nextUnit()].randomElement(using: &random) ?? 0
        let values = dumb.held.map(\.value)
        return window.count == dumb.held.count && window.totalWeight == dumb.totalWeight
            && window.minimum == values.min() && window.maximum == values.max()
            && window.quantile(share) == dumb.quantile(share)
            && window.newest?.time == dumb.held.last?.time && window.newest?.value == dumb.held.last?.value
            && window.newest?.weight == dumb.held.last?.weight
            && abs((window.mean ?? 0) - (dumb.mean ?? 0)) < 1e-9
            && (window.harmonicMean == nil) == (dumb.harmonicMean == nil)
            && abs((window.harmonicMean ?? 0) - (dumb.harmonicMean ?? 0)) < 1e-9
    }

    @Test func absurdSamplesAreRefused() {
        var window = SlidingWindow(length: .seconds(1), capacity: 4)
        let time = Instant.zero
        for value in [Double.nan, .infinity, -.infinity, 1e300] { window.insert(time: time, value: value) }
        for weight in [Double.nan, 0, -1, 1.5, .infinity] { window.insert(time: time, value: 1, weight: weight) }
        for nanoseconds in [Int64.min, .max] {
            window.insert(time: Instant(nanoseconds: nanoseconds), value: 1)
            window.advance(to: Instant(nanoseconds: nanoseconds))
        }
        #expect(
            window.isEmpty && window.mean == nil && window.harmonicMean == nil && window.quantile(0.5) == nil
                && window.newest == nil)
        window.insert(time: time, value: 1)
        #expect(window.quantile(.nan) == 1 && window.quantile(-3) == 1 && window.quantile(7) == 1)
    }
}
