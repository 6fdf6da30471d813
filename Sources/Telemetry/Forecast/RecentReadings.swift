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
        let steps = min(count - 1, Self.steps)
        guard steps > 0 else { return 0.144 }
        // A number of turns that is known beforehand lets all stay in registers.
        let median =
            steps == Self.steps ? median(of: Self.steps, stepSizes(Self.steps)) : median(of: steps, stepSizes(steps))
        return min(max(Double(Float(bitPattern: UInt32(bitPattern: median))), 0.003), 0.72)
    }

    /// Steps that say what size is typical.
    private static let steps = 15

    /// The bits of the sizes of the last `count` steps, the newest first; infinite ones behind them.
    @inline(__always)
    private func stepSizes(_ count: Int) -> SIMD16<Int32> {
        let levels = UnsafeRawPointer(memory + Self.capacity)
        let later = levels.loadUnaligned(as: SIMD16<Double>.self)
        let earlier = levels.loadUnaligned(fromByteOffset: MemoryLayout<Double>.stride, as: SIMD16<Double>.self)
        let steps = unsafeBitCast(SIMD16<Float>(later - earlier), to: SIMD16<Int32>.self)
        var sizes = steps & 0x7fff_ffff
        for index in count..<16 { sizes[index] = Int32(bitPattern: Float.infinity.bitPattern) }
        return sizes
    }

    /// The upper median of the first `count` sizes. Positive numbers are ordered as their bits are, and the median is
    /// the largest with at most so many below it.
    @inline(__always)
    private func median(of count: Int, _ sizes: SIMD16<Int32>) -> Int32 {
        var below = SIMD16<Int32>()
        for index in 0..<count { below = below &- ((SIMD16(repeating: sizes[index]) &- sizes) &>> 31) }
        return (sizes & ((below &- Int32(count / 2 + 1)) &>> 31)).max()
    }

    /// Of logarithms; of an even number, the mean of the middle two.
    var medians: (three: Double, five: Double, nine: Double) {
        count < 9
            ? mediansOfFew
            : (
                Medians.ofThree(level(0), level(1), level(2)),
                Medians.ofFive(level(0), level(1), level(2), level(3), level(4)),
                Medians.ofNine(level)
            )
    }

    private var mediansOfFew: (three: Double, five: Double, nine: Double) {
        var medians = (three: 0.0, five: 0.0, nine: 0.0)
        for index in 0..<min(count, 9) {
            insert(level(index), among: index)
            let middle = (scratch[index / 2] + scratch[(index + 1) / 2]) / 2
            if index < 3 { medians.three = middle }
            if index < 5 { medians.five = middle }
            medians.nine = middle
        }
        return medians
    }

    private var scratch: UnsafeMutablePointer<Double> { memory + 2 * Self.capacity }

    /// Puts `value` where it belongs among the first `count` of `scratch`, which ascend.
    private func insert(_ value: Double, among count: Int) {
        var place = count
        while place > 0, scratch[place - 1] > value {
            scratch[place] = scratch[place - 1]
            place -= 1
        }
        scratch[place] = value
    }
}
