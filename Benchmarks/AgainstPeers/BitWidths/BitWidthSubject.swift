import Model
import Optimizer

/// The exact choice of bit widths on 50 heads of real size, as against a solver of mixed-integer programmes.
struct BitWidthSubject: Subject {
    let instances: [BitWidthInstance]
    private let problems: [(name: String, problem: BitWidthProblem)]

    init() throws {
        problems = try MadeUpHeads.feasible(50)
        instances = try problems.map { try BitWidthInstance($0.name, $0.problem) }
    }

    func round(_ number: Int) throws -> [String: [String: Double]] {
        var times: [String: [String: Double]] = [:]
        for (name, problem) in problems {
            times[name] = ["solve": nanoseconds { _ = problem.solve() }]
        }
        return times
    }
}

extension MadeUpHeads {
    /// The first heads of a seeded series that can be had within their limits: prefixes, from 20 layers to the whole, of four
    /// networks in turn, at four or at seven bit widths.
    static func feasible(_ count: Int) throws -> [(name: String, problem: BitWidthProblem)] {
        let networks = [
            ("ResNet-50", LayerShape.weighted(in: try Networks.resNet50())), ("MobileNetV2", LayerShape.mobileNetV2),
            ("DenseNet-121", LayerShape.weighted(in: try Networks.denseNet121())),
            ("ResNet-152", LayerShape.weighted(in: try Networks.residual(blocks: [3, 8, 36, 3]))),
        ]
        var heads: [(name: String, problem: BitWidthProblem)] = []
        var seed: UInt64 = 0
        while heads.count < count {
            let (network, shapes) = networks[heads.count % networks.count]
            let bits = heads.count / networks.count % 2 == 0 ? [2, 4, 6, 8] : [1, 2, 4, 5, 6, 7, 8]
            var random = SeededGenerator(seed: seed)
            var made = MadeUpHeads(shapes, bits: bits, seed: seed)
            let layers = Int.random(in: 20...shapes.count, using: &random)
            let problem = try made.problem(
                layers: layers, memoryShare: 0.2 + 0.7 * random.nextUnit(),
                distortionShare: 0.15 + 0.6 * random.nextUnit(), Bool.random(using: &random) ? .free : .asActivation)
            seed += 1
            guard problem.solve(workLimit: 20_000_000).solution?.gap == 0 else { continue }
            heads.append(("\(heads.count) \(network), \(layers) layers at \(bits.count) widths", problem))
        }
        return heads
    }
}

/// A problem with plain fields, and our answer.
struct BitWidthInstance: Encodable {
    struct Layer: Encodable {
        var weights: Int
        var activations: Int
        var weightBits: [Int]
        var weightDistortions: [Double]
        var activationBits: [Int]
        var activationDistortions: [Double]
        /// Nanoseconds.
        var latency: [[Int64]]
    }

    var name: String
    var layers: [Layer]
    /// The last layer's tensor crosses.
    var sentBits: [Int]
    var sentLatency: [Int64]
    var sentDistortions: [Double]
    var isFree: Bool
    var fixedLatency: Int64
    var memoryLimit: Int
    var distortionLimit: Double
    /// Nanoseconds.
    var value: Int

    init(_ name: String, _ problem: BitWidthProblem) throws {
        guard let solution = problem.solve().solution, let memory = problem.limits.memoryBits,
            let distortion = problem.limits.distortion
        else { throw Unsolved() }
        if let contradiction = solution.contradiction(in: problem) { throw Wrong(contradiction: contradiction) }
        let tensor = problem.transmissions[0]
        self.name = name
        layers = problem.layers.map { layer in
            Layer(
                weights: layer.weights, activations: layer.activations, weightBits: layer.weightChoices.map(\.bits),
                weightDistortions: layer.weightChoices.map(\.distortion),
                activationBits: layer.activationChoices.map(\.bits),
                activationDistortions: layer.activationChoices.map(\.distortion),
                latency: layer.latency.map { $0.map(\.count) })
        }
        sentBits = tensor.options.map(\.bits)
        sentLatency = tensor.options.map(\.latency.count)
        sentDistortions = tensor.options.map(\.distortion)
        isFree = tensor.rule == .free
        fixedLatency = problem.fixedLatency.count
        memoryLimit = memory
        distortionLimit = distortion
        value = solution.value
    }

    private struct Unsolved: Error {}
    private struct Wrong: Error { var contradiction: String }
}
