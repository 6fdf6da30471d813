import Foundation
import Inference
import Model
import Splitting
import TestSupport
import Testing

@Suite struct SplitModelHeadsTests {
    /// Ratio of the power of what was expected to that of the difference, over all tensors and samples.
    private func signalToNoise(_ expected: [[TensorValue]], _ found: [[TensorValue]]) -> Double {
        var signal = 0.0
        var noise = 0.0
        for (a, b) in zip(expected.joined(), found.joined()) {
            for (x, y) in zip(a.floats, b.floats) {
                signal += Double(x) * Double(x)
                noise += Double(x - y) * Double(x - y)
            }
        }
        return signal / max(noise, 1e-30)
    }

    private func samples(of model: SplitModel) -> [TensorValue] {
        var random = SeededGenerator(seed: 11)
        return (0..<6).map { _ in
            let shape = model.inputs[0].shape
            return TensorValue(floats: (0..<shape.elementCount).map { _ in Float(random.nextUnit()) }, shape: shape)
        }
    }

    /// The range that every activation of the model takes over `samples`, from the heads that end in it.
    private func ranges(of model: SplitModel, _ samples: [TensorValue]) throws -> [String: ValueRange] {
        var ranges: [String: ValueRange] = [:]
        for count in 1...model.graph.layers.count {
            let session = try model.session(.head, of: Partition(prefix: count, of: model.graph), threads: 1)
            for sample in samples {
                for (port, value) in zip(session.outputs, try session.run([sample])) {
                    let seen = value.floats + [ranges[port.name]?.low, ranges[port.name]?.high].compactMap { $0 }
                    ranges[port.name] = ValueRange(low: seen.min() ?? 0, high: seen.max() ?? 0)
                }
            }
        }
        ranges[model.inputs[0].name] = ValueRange(low: 0, high: 1)
        return ranges
    }

    private func outputs(
        _ model: SplitModel, _ partition: Partition, _ precision: HeadPrecision, _ samples: [TensorValue]
    ) throws -> [[TensorValue]] {
        let session = try model.session(.head, of: partition, precision: precision, threads: 1)
        return try samples.map { try session.run([$0]) }
    }

    @Test(arguments: [ONNXFixture.residual, .branching])
    func everyHeadComputesWhatTheFloatHeadDoes(fixture: ONNXFixture) throws {
        let model = try splitModel(fixture)
        let samples = samples(of: model)
        let ranges = try ranges(of: model, samples)
        var wrong = ranges
        for name in wrong.keys { wrong[name] = ValueRange(low: 0, high: 0.05) }
        let first = try #require(model.graph.layers.first { $0.kind == "Conv" }).name
        let mixed = HeadPrecision(weights: .eightBits, layers: [first: .fourBits], activations: ranges)
        // One layer of 2-bit weights between others that compute in integers.
        let inner = try #require(model.graph.layers.filter { $0.kind == "Conv" }.dropFirst().first).name
        let coarse = HeadPrecision(weights: .eightBits, layers: [inner: .twoBits], activations: ranges)
        let expectations: [(HeadPrecision, ratio: Double)] = [
            (mixed, 20), (coarse, 1),
            (HeadPrecision(weights: .eightBits), 1000), (HeadPrecision(weights: .fourBits), 20),
            (HeadPrecision(weights: .twoBits), 1), (HeadPrecision(weights: .eightBits, activations: ranges), 200),
        ]
        for count in 1...model.graph.layers.count {
            let partition = Partition(prefix: count, of: model.graph)
            let expected = try outputs(model, partition, .float, samples)
            for (precision, ratio) in expectations {
                let found = signalToNoise(expected, try outputs(model, partition, precision, samples))
                #expect(found > ratio, "\(fixture), \(count) layers, \(precision.weights.bits) bits: \(found)")
            }
            // The control: ranges of other activations must show.
            guard try model.computesInIntegers(partition, expectations[5].0) else { continue }
            let control = HeadPrecision(weights: .eightBits, activations: wrong)
            #expect(
                signalToNoise(expected, try outputs(model, partition, control, samples)) < 50, "\(fixture), \(count)")
        }
    }

    /// Reductions and splits are written otherwise in the operator sets that 4-bit and 2-bit weights need.
    @Test(arguments: [Precision.fourBits, .twoBits])
    func aRaisedModelComputesTheSame(weights: Precision) throws {
        var builder = ONNXModelBuilder()
        builder.input("image", [1, 3, 8, 8])
        builder.output("means", [1, 4, 1, 1])
        builder.weight("w", [8, 3, 3, 3], seed: 1)
        builder.node("Conv", ["image", "w"], ["a"], name: "conv", attributes: [.ints("pads", [1, 1, 1, 1])])
        builder.node("Split", ["a"], ["b", "c"], name: "split", attributes: [.int("axis", 1)])
        builder.node("Mul", ["b", "c"], ["d"], name: "product")
        builder.node("ReduceMean", ["d"], ["means"], name: "mean", attributes: [.ints("axes", [2, 3])])
        try TestFiles.withFolder { folder in
            try Data(builder.bytes()).write(to: URL(filePath: "\(folder)/m.onnx"))
            let model = try SplitModel(contentsOf: "\(folder)/m.onnx", runtime: Runtime.load())
            let samples = samples(of: model)
            let whole = Partition(prefix: model.graph.layers.count, of: model.graph)
            let expected = try outputs(model, whole, .float, samples)
            let found = try outputs(model, whole, HeadPrecision(weights: weights), samples)
            #expect(found.joined().map(\.shape) == expected.joined().map(\.shape))
            #expect(signalToNoise(expected, found) > (weights == .fourBits ? 50 : 2))
        }
    }

    @Test(arguments: [2, 4, 8]) func filesAreAsLargeAsPromised(bits: Int) throws {
        let precision = HeadPrecision(weights: try #require(Precision(bits: bits)))
        for model in [try splitModel(.residual), try splitModel(.branching), try projectModel()] {
            for count in stride(from: 1, through: model.graph.layers.count, by: 7) {
                let partition = Partition(prefix: count, of: model.graph)
                let promised = Double(try model.promisedHeadBytes(of: partition, precision: precision))
                let found = Double(try model.head(of: partition, precision: precision).count)
                #expect(abs(promised / found - 1) < 0.05, "\(count) layers: \(found) bytes, \(promised) promised")
            }
        }
    }

    @Test func fourBitsAreHalfOfEight() throws {
        let model = try projectModel()
        let whole = Partition(prefix: model.graph.layers.count, of: model.graph)
        let sizes = try [Precision.unquantised, .eightBits, .fourBits, .twoBits].map {
            Double(try model.head(of: whole, precision: HeadPrecision(weights: $0)).count)
        }
        #expect(sizes[1] / sizes[0] < 0.28 && sizes[2] / sizes[0] < 0.16 && sizes[3] / sizes[0] < 0.1)
    }

    @Test func aWrittenHeadRunsAsTheSessionDoes() throws {
        try TestFiles.withFolder { folder in
            let model = try splitModel(.residual)
            let samples = samples(of: model)
            let precision = HeadPrecision(weights: .eightBits, activations: try ranges(of: model, samples))
            let partition = Partition(prefix: 8, of: model.graph)
            try model.write(partition, precision: precision, head: "\(folder)/head.onnx", tail: nil)
            let bytes = try Data(contentsOf: URL(filePath: "\(folder)/head.onnx"))
            #expect(Array(bytes) == (try model.head(of: partition, precision: precision)))
            let session = try Session(runtime: model.runtime, model: .file("\(folder)/head.onnx"))
            let found = try samples.map { try session.run([$0]) }
            // Exact kernels are asked for by the session, not by the file: where others saturate, a little is lost.
            #expect(signalToNoise(try outputs(model, partition, precision, samples), found) > 100)
            #expect(signalToNoise(try outputs(model, partition, .float, samples), found) > 100)
        }
    }

    @Test func anUnknownLayerIsNamed() throws {
        let model = try splitModel(.residual)
        let precision = HeadPrecision(weights: .eightBits, layers: ["nowhere": .fourBits])
        #expect(throws: SplitError.unknownLayer("nowhere")) {
            try model.head(of: Partition(prefix: 3, of: model.graph), precision: precision)
        }
    }

    @Test func aHeadWithoutLayersIsRefused() throws {
        let model = try splitModel(.residual)
        #expect(throws: SplitError.emptyHalf(side: "head")) {
            try model.head(of: Partition(prefix: 0, of: model.graph), precision: HeadPrecision(weights: .eightBits))
        }
    }
}
