/// Simple forecasters of the next reading, each good at something, one a lane.
///
/// | lane | forecast | good where |
/// |---|---|---|
/// | 0 | the last reading | it wanders |
/// | 1 | exponential mean of logarithms, 0.85 to the newest | it wanders, read with some noise |
/// | 2 | the same, 0.05 to the newest | noise about a level |
/// | 3 | exponential mean of the readings, 0.1 to the newest | the same, and dips count little |
/// | 4 | the same, 0.5 to the newest | noise about a moving level |
/// | 5, 6, 7 | medians of the last 3, 5, 9 | flukes |
/// | 8 | the last reading and a tenth of its step again | trends |
/// | 9 | the last reading less 0.45 of its step | every other reading is off |
/// | 10 | a tenth of the way from the last reading to lane 2 | it wanders back |
/// | 11 | mean of the last five | noise about a slowly moving level |
///
/// The other lanes are empty. Each looks at most at the last 32 readings.
enum Experts {
    static let count = 12
    typealias Lanes = SIMD16<Float>

    /// How much each counts before anything is known of the link.
    static let priors = Lanes(3, 1, 0.5, 0.5, 1, 1, 2, 3, 2, 0.5, 1, 2, 0, 0, 0, 0)

    /// Each lane's forecast, in octaves above the newest reading: differences, so that single precision does.
    static func forecasts(of readings: RecentReadings) -> Lanes {
        let newest = readings.level(0)
        let step = readings.count > 1 ? newest - readings.level(1) : 0
        let means = Means(of: readings)
        var lanes = Lanes()
        lanes[1] = Float(means.fast)
        lanes[2] = Float(means.slow)
        let linear = binaryLogarithms(SIMD4(means.slowLinear, means.fastLinear, means.ofFive, 1))
        lanes[3] = Float(linear[0])
        lanes[4] = Float(linear[1])
        let medians = readings.medians
        lanes[5] = Float(medians.three - newest)
        lanes[6] = Float(medians.five - newest)
        lanes[7] = Float(medians.nine - newest)
        lanes[8] = Float(0.1 * step)
        lanes[9] = Float(-0.45 * step)
        lanes[10] = Float(0.1 * means.slow)
        lanes[11] = Float(linear[2])
        return lanes
    }

    /// Means of the readings, those of logarithms in octaves above the newest, those of readings over it.
    private struct Means {
        var fast = 0.0
        var slow = 0.0
        var fastLinear = 0.0
        var slowLinear = 0.0
        var ofFive = 0.0

        init(of readings: RecentReadings) {
            // Weights by age, and their sums.
            var weights = SIMD4(repeating: 1.0)
            var totals = SIMD4(repeating: 0.0)
            var sums = SIMD4(repeating: 0.0)
            let newest = (value: readings.value(0), level: readings.level(0))
            for index in 0..<readings.count {
                let level = readings.level(index) - newest.level
                let value = readings.value(index)
                sums += weights * SIMD4(level, level, value, value)
                totals += weights
                weights *= SIMD4(0.15, 0.95, 0.5, 0.9)
                if index < 5 { ofFive += value }
            }
            let means = sums / totals
            (fast, slow, fastLinear, slowLinear) = (
                means[0], means[1], means[2] / newest.value, means[3] / newest.value
            )
            ofFive /= Double(min(readings.count, 5)) * newest.value
        }
    }
}
