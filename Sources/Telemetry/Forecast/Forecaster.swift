public import Model

/// What the next reading is expected to be.
public struct Forecast: Hashable, Codable, Sendable {
    /// In the unit of the readings.
    public var value: Double
    /// By how much forecasts like this one lately missed, typically, as a share of the reading: 0.1 for a tenth.
    public var error: Double

    public init(value: Double, error: Double) {
        self.value = value
        self.error = error
    }

    /// The value less the error, as robust MPC counts on (Yin et al., "A Control-Theoretic Approach for Dynamic
    /// Adaptive Video Streaming over HTTP", SIGCOMM 2015, section 5.1).
    public var cautious: Double { value / (1 + error) }
}

/// Forecasts the next reading of a positive quantity by experts' advice (Cesa-Bianchi and Lugosi, "Prediction,
/// Learning, and Games", 2006, chapter 2).
///
/// Twelve simple forecasters (`Experts`) are followed all the time. Each reading shows how far every one of them was
/// off, and that is remembered for the last 128 readings. The forecast is where most of the weight of those that did
/// best lately gathers (`ExpertPool`), so a fluke that only some follow does not draw it.
///
/// The state is a function of the last `history` samples whatever their order of arrival, if none comes after more than
/// 32 later ones. Losses are whole numbers, so their sums are exact in any order; logarithms are our own, so they are
/// equal on every machine.
///
/// - Complexity: a sample in order O(1); one after d later ones O(d). 6 KB at most, and no allocation once that is
///   reached.
public struct Forecaster: Sendable {
    /// The most samples that can matter to the forecast.
    public static let history = capacity + reach
    /// Samples whose losses count.
    static let capacity = 128
    /// Readings further apart are not steps of one series.
    static let longestGap = Nanoseconds.seconds(20)
    /// Samples before it that an expert may look at.
    static let reach = 48

    /// 48 bytes, thanks to its order.
    private struct Entry: Timed {
        /// How far the experts were off; `nil` where they said nothing.
        var losses: ExpertPool.Losses?
        var time: Instant
        /// Zero where the sample does not count as a reading.
        var value: Double
        /// Its logarithm to base 2.
        var level: Double
    }

    /// What the experts say after some readings.
    private struct Advice {
        var forecasts: Experts.Lanes
        var scale: Double
        var newest: (time: Instant, value: Double, level: Double)
    }

    private var entries = TimeOrderedRing<Entry>(capacity: Forecaster.capacity)
    private var losses = ExpertPool.Sums()
    private var lossCount = 0
    /// After all samples held.
    private var advice: Advice?

    /// - Returns: `nil` before the first reading, and where none of the last 48 samples is one.
    public var forecast: Forecast? {
        advice.map { advice in
            let pool = pool(for: advice)
            return Forecast(value: value(of: pool, advice), error: binaryExponential(pool.typicalError) - 1)
        }
    }

    /// The forecast without its error.
    var value: Double? { advice.map { value(of: pool(for: $0), $0) } }

    private let leastWeight: Double

    /// - Parameter leastWeight: samples of less are held, but are no readings: they say too little.
    public init(leastWeight: Double = 0.3) { self.leastWeight = leastWeight }

    /// - Parameter weight: how much the sample says, above 0 and up to 1.
    /// - Returns: whether the sample was taken. Refused: a time that is already held or implausible, one that comes
    ///   after more than 32 later ones, a value that is negative or beyond 1e100, a weight out of range. Zero and
    ///   values below 1e-100 are no readings.
    @discardableResult
    public mutating func record(time: Instant, value: Double, weight: Double = 1) -> Bool {
        guard time.isPlausible, value >= 0, value <= 1e100, weight > 0, weight <= 1,
            var index = entries.place(for: time),
            entries.count - index <= MetricTrack.maximumDisorder
        else { return false }
        if entries.isFull {
            count(entries.removeFirst(), isAdded: false)
            index -= 1
        }
        let isReading = value >= 1e-100 && weight >= leastWeight
        entries.insert(
            Entry(time: time, value: isReading ? value : 0, level: isReading ? binaryLogarithm(value) : 0), at: index)
        if index + 1 < entries.count { advice = advice(before: index) }
        for later in index..<entries.count {
            judge(later, by: advice)
            advice = advice(before: later + 1)
        }
        return true
    }

    private func pool(for advice: Advice) -> ExpertPool {
        ExpertPool(losses: losses, count: lossCount, scale: advice.scale)
    }

    private func value(of pool: ExpertPool, _ advice: Advice) -> Double {
        let octaves = pool.forecast(from: advice.forecasts)
        return advice.newest.value * (octaves == 0 ? 1 : binaryExponential(Double(octaves)))
    }

    /// Looks anew at how far the experts were off at `index`.
    private mutating func judge(_ index: Int, by advice: Advice?) {
        count(entries[index], isAdded: false)
        entries[index].losses = nil
        guard let advice, entries[index].value > 0, entries[index].time - advice.newest.time <= Self.longestGap else {
            return
        }
        entries[index].losses = ExpertPool.losses(
            of: advice.forecasts, actual: Float(entries[index].level - advice.newest.level), scale: advice.scale)
        count(entries[index], isAdded: true)
    }

    private mutating func count(_ entry: Entry, isAdded: Bool) {
        guard let terms = entry.losses.map({ ExpertPool.Sums(truncatingIfNeeded: $0) }) else { return }
        losses = isAdded ? losses &+ terms : losses &- terms
        lossCount += isAdded ? 1 : -1
    }

    /// By the readings before a place, back to the first long gap.
    private func advice(before end: Int) -> Advice? {
        RecentReadings.with { readings in
            let newest = entries.withView { Self.gather($0, before: end, in: &readings) }
            return newest.map {
                Advice(
                    forecasts: Experts.forecasts(of: readings), scale: readings.scale,
                    newest: ($0.time, $0.value, $0.level))
            }
        }
    }
    /// - Returns: the newest reading.
    @inline(__always)
    private static func gather(
        _ entries: TimeOrderedRing<Entry>.View, before end: Int, in readings: inout RecentReadings
    ) -> Entry? {
        var newest: Int?
        var next: Instant?
        var index = end - 1
        while index >= max(0, end - reach), !readings.isFull {
            defer { index -= 1 }
            guard entries[index].value > 0 else { continue }
            if let next, next - entries[index].time > longestGap { break }
            readings.append(entries[index].value, level: entries[index].level)
            next = entries[index].time
            newest = newest ?? index
        }
        return newest.map { entries[$0] }
    }
}
