import Model
import Optimizer
import Testing

@Suite struct BitWidthProblemTests {
    private static func layer(_ change: (inout BitWidthProblem.Layer) -> Void = { _ in }) -> BitWidthProblem.Layer {
        var layer = BitWidthProblem.Layer(
            name: "conv", weights: 10, activations: 5,
            weightChoices: [.init(bits: 2, distortion: 1), .init(bits: 8, distortion: 0.1)],
            activationChoices: [.init(bits: 4, distortion: 0.5), .init(bits: 8, distortion: 0)],
            latency: [[.milliseconds(1), .milliseconds(2)], [.milliseconds(3), .milliseconds(4)]])
        change(&layer)
        return layer
    }

    private static func tensor(
        _ change: (inout BitWidthProblem.Transmission) -> Void = { _ in }
    ) -> BitWidthProblem.Transmission {
        var tensor = BitWidthProblem.Transmission(
            name: "out", producer: 0, rule: .asActivation,
            options: [4, 8].map {
                .init(bits: $0, bytes: $0, latency: .milliseconds(Int64($0)), distortion: 0.25)
            })
        change(&tensor)
        return tensor
    }

    private func error(
        _ layer: BitWidthProblem.Layer = layer(), _ tensor: BitWidthProblem.Transmission = tensor(),
        fixed: Nanoseconds = .zero, limits: BitWidthProblem.Limits = .init()
    ) -> String? {
        do throws(PlanningError) {
            _ = try BitWidthProblem(
                layers: [layer], transmissions: [tensor], fixedLatency: fixed, limits: limits)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func badLayersAreNamed() {
        let cases: [(String, (inout BitWidthProblem.Layer) -> Void)] = [
            ("layer 0 'conv' has -1 weights", { $0.weights = -1 }),
            ("layer 0 'conv' has \(1 << 37) weights", { $0.weights = 1 << 37 }),
            ("layer 0 'conv' writes 0 values", { $0.activations = 0 }),
            ("the weights of layer 0 'conv' may have no bit widths", { $0.weightChoices = [] }),
            ("the activation of layer 0 'conv' may have no bit widths", { $0.activationChoices = [] }),
            ("the weights of layer 0 'conv' may have the bit widths [0, 8]", { $0.weightChoices[0].bits = 0 }),
            ("the activation of layer 0 'conv' may have the bit widths [4, 33]", { $0.activationChoices[1].bits = 33 }),
            ("the bit widths [8, 8]; they must ascend", { $0.weightChoices[0].bits = 8 }),
            ("the bit widths [4, 2]; they must ascend", { $0.activationChoices[1].bits = 2 }),
            (
                "the distortion of the weights of layer 0 'conv' at 8 bits is inf",
                { $0.weightChoices[1].distortion = .infinity }
            ),
            (
                "the distortion of the activation of layer 0 'conv' at 4 bits is nan",
                { $0.activationChoices[0].distortion = .nan }
            ),
            (
                "the distortion of the activation of layer 0 'conv' at 4 bits is -1.0",
                { $0.activationChoices[0].distortion = -1 }
            ),
            ("the latency of layer 0 'conv' is not a table of 2 rows", { $0.latency.removeLast() }),
            ("the latency of layer 0 'conv' is not a table of 2 rows", { $0.latency[1].removeLast() }),
            (
                "the latency of layer 0 'conv' at 8 and 4 bits is -1e-06 ms",
                { $0.latency[1][0] = Nanoseconds(-1) }
            ),
            ("the latency of layer 0 'conv' at 2 and 8 bits", { $0.latency[0][1] = .seconds(3601) }),
        ]
        for (text, change) in cases {
            let description = error(Self.layer(change))
            #expect(description?.contains(text) == true, "\(text): \(description ?? "no error")")
        }
        #expect(error() == nil)
        #expect(error(Self.layer { $0.weights = 0 }) == nil)
    }

    @Test func badTensorsAreNamed() {
        let cases: [(String, (inout BitWidthProblem.Transmission) -> Void)] = [
            ("transmitted tensor 0 'out' may have no bit widths", { $0.options = [] }),
            ("transmitted tensor 0 'out' may have the bit widths [8, 8]", { $0.options[0].bits = 8 }),
            ("transmitted tensor 0 'out' takes -1 bytes at 4 bits", { $0.options[0].bytes = -1 }),
            (
                "the latency of transmitted tensor 0 'out' at 8 bits is -1.0 ms",
                { $0.options[1].latency = .milliseconds(-1) }
            ),
            (
                "the distortion of transmitted tensor 0 'out' at 8 bits is nan", { $0.options[1].distortion = .nan }
            ),
            ("transmitted tensor 0 'out' is written by layer 1, and there are 1 layers", { $0.producer = 1 }),
            ("transmitted tensor 0 'out' is written by layer -1", { $0.producer = -1 }),
            ("no layer of the head writes it", { $0.producer = nil }),
            (
                "transmitted tensor 0 'out' has no option of 4 bits, which the activation of 'conv' may have",
                { $0.options.removeFirst() }
            ),
        ]
        for (text, change) in cases {
            let description = error(Self.layer(), Self.tensor(change))
            #expect(description?.contains(text) == true, "\(text): \(description ?? "no error")")
        }
        #expect(error(Self.layer(), Self.tensor { ($0.producer, $0.rule) = (nil, .free) }) == nil)
    }

    @Test func badLimitsAreNamed() {
        #expect(error(limits: .init(latency: Nanoseconds(-1))) == "bit widths: the latency limit is negative")
        #expect(error(limits: .init(memoryBits: -1)) == "bit widths: the memory limit is negative")
        for limit in [-0.5, .nan, .infinity] {
            #expect(error(limits: .init(distortion: limit))?.contains("the distortion limit is \(limit)") == true)
        }
        #expect(error(fixed: .milliseconds(-2))?.contains("the fixed latency is -2.0 ms") == true)
    }

    @Test func widthsOfAnotherProblemHaveNoCosts() throws {
        let problem = try BitWidthProblem(
            layers: [Self.layer()], transmissions: [Self.tensor()], fixedLatency: .milliseconds(1),
            limits: .init(latency: .milliseconds(9), memoryBits: 40, distortion: 1.5))
        let costs = try #require(
            problem.costs(of: BitWidths(weights: [2], activations: [4], transmissions: [4])))
        #expect(costs.latency == .milliseconds(1 + 1 + 4))
        #expect(costs.memoryBits == 10 * 2 + 5 * 4)
        #expect(costs.distortion == 1.5)
        #expect(costs.transmittedBytes == 4)
        #expect(problem.admits(costs))
        for wrong in [
            BitWidths(weights: [3], activations: [4], transmissions: [4]),
            BitWidths(weights: [2], activations: [2], transmissions: [4]),
            BitWidths(weights: [2], activations: [4], transmissions: [8]),
            BitWidths(weights: [2], activations: [4], transmissions: []),
            BitWidths(weights: [2, 2], activations: [4, 4], transmissions: [4]),
        ] {
            #expect(problem.costs(of: wrong) == nil, "\(wrong)")
        }
    }

    /// One layer for each distortion, that of its weights, with no choice; a bound; whether it is kept.
    private func isKept(_ distortions: [Double], _ limit: Double) throws -> Bool {
        let layers = distortions.map { distortion in
            Self.layer {
                $0.weightChoices = [.init(bits: 2, distortion: distortion)]
                $0.activationChoices = [.init(bits: 2, distortion: 0)]
                $0.latency = [[.milliseconds(1)]]
            }
        }
        let problem = try BitWidthProblem(layers: layers, transmissions: [], limits: .init(distortion: limit))
        return problem.solve().solution != nil
    }

    @Test func aSumInFloatingPointKeepsItsOwnBound() throws {
        for seed in 0..<300 {
            var random = SeededGenerator(seed: UInt64(seed))
            let scales: [Double] = [1e-280, 1e-9, 1, 1e12, 1e300]
            let scale = scales[seed % scales.count]
            let distortions: [Double] = (0..<(1 + seed % 60)).map { _ in
                scale * random.nextUnit() * (Bool.random(using: &random) ? 1 : 1e-7)
            }
            for order in [distortions, Array(distortions.reversed()), distortions.sorted()] {
                let sum = order.reduce(0, +)
                #expect(try isKept(distortions, sum), "seed \(seed)")
                #expect(try !isKept(distortions, sum * (1 - 1e-11)), "seed \(seed)")
            }
        }
    }

    @Test func extremeDistortionsAreCounted() throws {
        #expect(try isKept([0, 0], 0))
        #expect(try !isKept([0, .leastNonzeroMagnitude], 0))
        #expect(try isKept([.leastNonzeroMagnitude], .leastNonzeroMagnitude))
        #expect(try !isKept([5e-300, 5e-300], 6e-300))
        #expect(try isKept([1e308], 1e308))
        #expect(try isKept([1e308, 1e308], .greatestFiniteMagnitude) == false)
        #expect(try !isKept([1e308], 1e-308))
        #expect(try isKept([1e-308, 0], 1e308))
    }
}
