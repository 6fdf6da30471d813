/// Simple forecasters of the next reading, each good at something, one a lane.
///
/// | lane | forecast | good where |
/// |---|---|---|
/// | 0 | the last reading | it wanders |
/// | 1 | exponential mean of logarithms, 0.85 to the newest | it wanders, read with some noise |
/// | 2 | the same, 0.05 to the newest | noise about a level |
/// | 3 | exponential mean of the readings, 0.1 to the newest | the same, and dips count little |
/// | 4, 5, 6 | medians of the last 3, 5, 9 | flukes |
/// | 7 | the last reading and a tenth of its step again | trends |
/// | 8 | the last reading less 0.45 of its step | every other reading is off |
/// | 9 | a tenth of the way from the last reading to lane 2 | it wanders back |
/// | 10 | mean of the last five | noise about a slowly moving level |
///
/// The other lanes are empty. Each looks at most at the last 32 readings.
enum Experts {
    static let count = 11
    typealias Lanes = SIMD16<Float>

    /// What each has in front of all that it was ever told: two plain ones count double.
    static let priors = Lanes(1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 0, 0, 0, 0, 0)

    /// Each lane's forecast, in octaves above the newest reading: differences, so that single precision does.
    static func forecasts(of readings: RecentReadings) -> Lanes {
        let newest = readings.level(0)
        let step = readings.count > 1 ? newest - readings.level(1) : 0
        let means = Means(of: readings)
        var lanes = Lanes()
        lanes[1] = Float(means.fast)
        lanes[2] = Float(means.slow)
        lanes[3] = Float(binaryLogarithm(means.linear))
        let medians = readings.medians
        lanes[4] = Float(medians.three - newest)
        lanes[5] = Float(medians.five - newest)
        lanes[6] = Float(medians.nine - newest)
        lanes[7] = Float(0.1 * step)
        lanes[8] = Float(-0.45 * step)
        lanes[9] = Float(0.1 * means.slow)
        lanes[10] = Float(binaryLogarithm(means.ofFive))
        return lanes
    }

    /// Means of the readings, those of logarithms in octaves above the newest, those of readings over it.
    private struct Means {
        var fast = 0.0
        var slow = 0.0
        var linear = 0.0
        var ofFive = 0.0

        init(of readings: RecentReadings) {
            var (fastWeight, slowWeight, linearWeight) = (1.0, 1.0, 1.0)
            var (fastTotal, slowTotal, linearTotal) = (0.0, 0.0, 0.0)
            for index in 0..<readings.count {
                let level = readings.level(index) - readings.level(0)
                fast += fastWeight * level
                slow += slowWeight * level
                linear += linearWeight * readings.value(index)
                if index < 5 { ofFive += readings.value(index) }
                fastTotal += fastWeight
                slowTotal += slowWeight
                linearTotal += linearWeight
                fastWeight *= 0.15
                slowWeight *= 0.95
                linearWeight *= 0.9
            }
            fast /= fastTotal
            slow /= slowTotal
            linear /= linearTotal * readings.value(0)
            ofFive /= Double(min(readings.count, 5)) * readings.value(0)
        }
    }
}
