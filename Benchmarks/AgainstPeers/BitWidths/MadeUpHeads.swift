import Foundation
import Model
import Optimizer

/// Problems of bit widths with the layers of real networks and made-up distortions and times, seeded.
///
/// Distortions fall about fourfold with each bit, from a level that differs between layers by up to 16 times. A layer takes
/// the longer of its operations and its traffic, or their sum. The last layer's tensor crosses an uplink of 3 Mbit/s.
struct MadeUpHeads {
    private var random: SeededGenerator
    private let layers: [BitWidthProblem.Layer]

    init(_ shapes: [LayerShape], bits: [Int], seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let isOverlapped = Bool.random(using: &random)
        layers = shapes.enumerated().map { index, shape in
            BitWidthProblem.Layer(
                name: "layer\(index)", weights: shape.weights, activations: shape.activations,
                weightChoices: Self.choices(bits, level: 0.1, &random),
                activationChoices: Self.choices(bits, level: 0.3, &random),
                latency: bits.map { weightBits in
                    bits.map { Self.latency(of: shape, weightBits, $0, isOverlapped: isOverlapped) }
                })
        }
        self.random = random
    }

    private static func choices(
        _ bits: [Int], level: Double, _ random: inout SeededGenerator
    ) -> [BitWidthProblem.Choice] {
        let level = level * 0.25 * Double(1 << Int.random(in: 0...4, using: &random)) * (0.7 + 0.6 * random.nextUnit())
        return bits.map {
            .init(bits: $0, distortion: level * (0.9 + 0.2 * random.nextUnit()) / Double(1 << (2 * $0)))
        }
    }

    private static func latency(
        of shape: LayerShape, _ weightBits: Int, _ activationBits: Int, isOverlapped: Bool
    ) -> Nanoseconds {
        let compute = Double(shape.macs) / 20
        let traffic = Double(shape.weights * weightBits + (shape.inputs + shape.activations) * activationBits) / 8
        return Nanoseconds(Int64(isOverlapped ? max(compute, traffic) : compute + traffic))
    }

    /// - Parameters:
    ///   - count: how many layers the head has.
    ///   - memoryShare: where the memory limit lies between all layers at the fewest bits and all at the most.
    ///   - distortionShare: the same for the bound on distortion, from the most bits to the fewest, on a logarithmic scale.
    mutating func problem(
        layers count: Int, memoryShare: Double, distortionShare: Double, _ rule: BitWidthProblem.Transmission.Rule
    ) throws -> BitWidthProblem {
        let limits = limits(layers.prefix(count), memoryShare, distortionShare)
        return try problem(layers: count, limits, rule)
    }

    mutating func problem(
        layers count: Int, _ limits: BitWidthProblem.Limits, _ rule: BitWidthProblem.Transmission.Rule
    ) throws -> BitWidthProblem {
        let last = layers[count - 1]
        let options = last.activationChoices.map { choice in
            let bytes = (last.activations * choice.bits + 7) / 8
            return BitWidthProblem.Transmission.Option(
                bits: choice.bits, bytes: bytes, latency: Nanoseconds(Int64(bytes) * 8_000 / 3),
                distortion: choice.distortion * (0.8 + 0.4 * random.nextUnit()))
        }
        return try BitWidthProblem(
            layers: Array(layers.prefix(count)),
            transmissions: [.init(name: last.name, producer: count - 1, rule: rule, options: options)],
            fixedLatency: .milliseconds(6), limits: limits)
    }

    func limits(_ memoryShare: Double, _ distortionShare: Double) -> BitWidthProblem.Limits {
        limits(layers[...], memoryShare, distortionShare)
    }

    private func limits(
        _ layers: ArraySlice<BitWidthProblem.Layer>, _ memoryShare: Double, _ distortionShare: Double
    ) -> BitWidthProblem.Limits {
        func memory(_ end: ([BitWidthProblem.Choice]) -> Int) -> Double {
            let weights = layers.reduce(0) { $0 + $1.weights * end($1.weightChoices) }
            return Double(weights + layers.reduce(0) { max($0, $1.activations * end($1.activationChoices)) })
        }
        func distortion(_ end: ([BitWidthProblem.Choice]) -> Double) -> Double {
            layers.reduce(0) { $0 + end($1.weightChoices) + end($1.activationChoices) }
        }
        let (least, most) = (memory { $0[0].bits }, memory { $0[$0.count - 1].bits })
        let (finest, coarsest) = (distortion { $0[$0.count - 1].distortion }, distortion { $0[0].distortion })
        return BitWidthProblem.Limits(
            memoryBits: Int(least + (most - least) * memoryShare),
            distortion: finest * pow(coarsest / finest, distortionShare))
    }
}
