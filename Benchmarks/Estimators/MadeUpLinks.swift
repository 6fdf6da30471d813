import Foundation
import Model

/// Links of our own making: the same for the same seed.
enum MadeUpLinks {
    /// Five kinds of each seed, a piece a second.
    static func traces(seeds: Range<UInt64>, count: Int = 300) -> [LinkTrace] {
        seeds.flatMap { seed -> [LinkTrace] in
            var random = SeededGenerator(seed: seed)
            return [
                trace("noise about a level \(seed)", count) { _ in 8e6 * exp(0.25 * gaussian(&random)) },
                wandering("wanders \(seed)", count, keeping: 1, &random),
                wandering("wanders back \(seed)", count, keeping: 0.8, &random),
                fading("fades \(seed)", count, &random),
                stepping("steps \(seed)", count, &random),
            ]
        }
    }

    /// A constant rate read with lognormal noise, at five readings a second.
    static func steadyReadings(spread: Double, count: Int, seed: UInt64) -> [Double] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in 8e6 * exp(spread * gaussian(&random)) }
    }

    /// Box and Muller's.
    static func gaussian(_ random: inout SeededGenerator) -> Double {
        (-2 * log(1 - random.nextUnit())).squareRoot() * cos(2 * .pi * random.nextUnit())
    }

    private static func trace(_ name: String, _ count: Int, _ rate: (Int) -> Double) -> LinkTrace {
        LinkTrace(name: name, pieces: (0..<count).map { .init(seconds: 1, bitsPerSecond: rate($0)) })
    }

    /// Logarithms that keep so much of their distance from a level and step by 0.15.
    private static func wandering(
        _ name: String, _ count: Int, keeping share: Double, _ random: inout SeededGenerator
    ) -> LinkTrace {
        var distance = 0.0
        return trace(name, count) { _ in
            distance = share * distance + 0.15 * gaussian(&random)
            return 8e6 * exp(min(max(distance, -4), 4))
        }
    }

    /// A slow wave, as of a drive past masts, with noise.
    private static func fading(_ name: String, _ count: Int, _ random: inout SeededGenerator) -> LinkTrace {
        let period = 20 + 40 * random.nextUnit()
        return trace(name, count) { second in
            8e6 * exp(1.2 * sin(2 * .pi * Double(second) / period) + 0.1 * gaussian(&random))
        }
    }

    /// Levels that hold for half a minute on average, with noise.
    private static func stepping(_ name: String, _ count: Int, _ random: inout SeededGenerator) -> LinkTrace {
        var level = 8e6
        return trace(name, count) { _ in
            if random.nextUnit() < 1.0 / 30 { level = 1e6 * exp(3 * random.nextUnit()) }
            return level * exp(0.1 * gaussian(&random))
        }
    }
}
