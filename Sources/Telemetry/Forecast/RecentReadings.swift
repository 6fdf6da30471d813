/// The latest readings of a positive quantity, newest first, in memory that is lent for a moment.
struct RecentReadings {
    static let capacity = 32

    private(set) var count = 0
    private let memory: UnsafeMutablePointer<Double>

    /// Calls `body` with room for readings, none there yet.
    static func with<Result>(_ body: (inout Self) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * capacity) { buffer in
            buffer.initialize(repeating: 0)
            guard let base = buffer.baseAddress else { preconditionFailure("room for readings has an address") }
            var readings = Self(memory: base)
            return body(&readings)
        }
    }

    private init(memory: UnsafeMutablePointer<Double>) { self.memory = memory }

    var isFull: Bool { count == Self.capacity }

    func value(_ index: Int) -> Double { memory[index] }

    /// Logarithm to base 2 of the value.
    func level(_ index: Int) -> Double { memory[Self.capacity + index] }

    mutating func append(_ value: Double, level: Double) {
        memory[count] = value
        memory[Self.capacity + count] = level
        count += 1
    }

    /// Typical size of a step from one reading to the next, in octaves: the upper median of the last 15, within
    /// 0.003…0.72 (0.2 % to 65 %); 0.144 (10 %) where there is one reading only.
    var scale: Double {
        let steps = min(count - 1, 15)
        guard steps > 0 else { return 0.144 }
        for index in 0..<steps { insert((level(index) - level(index + 1)).magnitude, among: index) }
        return min(max(sorted[steps / 2], 0.003), 0.72)
    }

    /// Of logarithms; of an even number, the mean of the middle two.
    var medians: (three: Double, five: Double, nine: Double) {
        var medians = (three: 0.0, five: 0.0, nine: 0.0)
        for index in 0..<min(count, 9) {
            insert(level(index), among: index)
            let middle = (sorted[index / 2] + sorted[(index + 1) / 2]) / 2
            if index < 3 { medians.three = middle }
            if index < 5 { medians.five = middle }
            medians.nine = middle
        }
        return medians
    }

    private var sorted: UnsafeMutablePointer<Double> { memory + 2 * Self.capacity }

    /// Puts `value` where it belongs among the first `count` of `sorted`, which ascend.
    private func insert(_ value: Double, among count: Int) {
        var place = count
        while place > 0, sorted[place - 1] > value {
            sorted[place] = sorted[place - 1]
            place -= 1
        }
        sorted[place] = value
    }
}
