import Codec
import Foundation
import Frames
import Inference
import Model
import Optimizer
import Splitting
import TestSupport
import Testing

@Suite struct CalibrationTests {
    private let identity = ModelIdentity(name: "m", sha256: String(repeating: "0", count: 64))

    private func calibration(samples: String = "a") -> Calibration {
        Calibration(model: identity, samplesSHA256: samples)
    }

    private func measured(_ high: Float, deflated: Int? = nil) -> MeasuredPrecision {
        MeasuredPrecision(
            range: ValueRange(low: 0, high: high), meanSquaredError: 0.5,
            deflated: deflated.map { CodedSize(mean: $0, p95: $0) })
    }

    @Test func aCalibrationOfOtherSamplesIsNotUsed() {
        var own = calibration()
        var other = calibration(samples: "b")
        other.ranges["t"] = ValueRange(low: 0, high: 1)
        own.merge(other)
        #expect(own == calibration())
    }

    @Test func eitherKnowsSomething() {
        var own = calibration()
        own.tensors["t"] = TensorCalibration(elements: 8, bits: ["2": measured(1), "4": measured(2, deflated: 3)])
        var other = calibration()
        other.tensors["t"] = TensorCalibration(elements: 8, bits: ["2": measured(1, deflated: 5), "8": measured(4)])
        other.tensors["u"] = TensorCalibration(elements: 1, bits: [:])
        own.merge(other)
        #expect(own.tensors["t"]?.bits["2"]?.deflated?.mean == 5)
        #expect(own.tensors["t"]?.bits["4"]?.deflated?.mean == 3)
        #expect(own.tensors["t"]?.squaredError(bits: 8) == 4)
        #expect(own.tensors["u"] != nil)
    }

    @Test func itsFileIsStableAndChecked() throws {
        var calibration = calibration()
        calibration.tensors["t"] = TensorCalibration(elements: 8, bits: ["3": measured(1, deflated: 5)])
        calibration.weights["conv"] = WeightCalibration(elements: 4, channels: 2, meanSquaredErrors: ["8": 0.25])
        calibration.inputSizes["deflated"] = CodedSize(mean: 7, p95: 9)
        let data = try StableJSON.encode(calibration)
        #expect(try Calibration.decode(from: data, source: "c.json") == calibration)
        let text = String(decoding: data, as: UTF8.self)
        for (old, new, place) in [
            ("\"version\" : 2", "\"version\" : 1", "version"),
            ("\"3\" : {", "\"9\" : {", "tensors.t.bits.9"),
            ("\"elements\" : 8", "\"elements\" : 0", "tensors.t.elements"),
            ("\"mean_squared_error\" : 0.5", "\"mean_squared_error\" : -1", "tensors.t.bits.3.mean_squared_error"),
            ("\"high\" : 1", "\"high\" : -1", "tensors.t.bits.3.range"),
            ("\"mean_bytes\" : 5", "\"mean_bytes\" : -5", "tensors.t.bits.3.deflated"),
            ("\"8\" : 0.25", "\"8\" : -0.25", "weights.conv.mean_squared_errors.8"),
            ("\"8\" : 0.25", "\"1\" : 0.25", "weights.conv.mean_squared_errors.1"),
            ("\"elements\" : 4", "\"elements\" : 0", "weights.conv.elements"),
            ("\"p95_bytes\" : 9", "\"p95_bytes\" : -9", "input_sizes.deflated"),
        ] {
            let damaged = Data(text.replacingOccurrences(of: old, with: new).utf8)
            #expect(damaged != data, "\(old)")
            #expect {
                try Calibration.decode(from: damaged, source: "c.json")
            } throws: {
                ($0 as? DocumentError)?.place == place
            }
        }
    }

    @Test func integerHeadsTakeTheRangesOfEightBits() {
        var calibration = calibration()
        calibration.ranges = ["input": ValueRange(low: 0, high: 1), "t": ValueRange(low: 0, high: 9)]
        calibration.tensors["t"] = TensorCalibration(elements: 8, bits: ["8": measured(7)])
        let precision = calibration.headPrecision(weights: .eightBits, integerActivations: true)
        #expect(precision.activations["t"]?.high == 7 && precision.activations["input"]?.high == 1)
        #expect(calibration.headPrecision(weights: .fourBits, integerActivations: false).activations.isEmpty)
    }
}

@Suite struct SampleSetTests {
    private let input = Tensor(name: "x", elementType: .float32, shape: TensorShape([1, 3]))

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func samplesThatAreNotFiniteAreNamed(_ element: Float) throws {
        try TestFiles.withFolder { folder in
            try NPYFile.write([1, 2, 3], input.shape, to: "\(folder)/a.npy")
            #expect(try SampleSet(FrameFolder(path: folder), for: input).evaluation == [0])
            try NPYFile.write([1, 2, element], input.shape, to: "\(folder)/b.npy")
            let wanted = FrameError.broken(file: "\(folder)/b.npy", problem: "element 2 is not finite")
            #expect(throws: wanted) { try SampleSet(FrameFolder(path: folder), for: input) }
        }
    }
}

/// Samples that are not the model's.
@Suite struct PlannerSamplesTests {
    @Test(arguments: [(label: 3, isRefused: false), (label: 4, isRefused: true)])
    func labelsBeyondTheClassesAreRefused(label: Int, isRefused: Bool) throws {
        let model = try splitModel(.twoProducts(endingIn: 1))
        try TestFiles.withFolder { folder in
            for name in ["a", "b"] {
                try NPYFile.write([1, 2, 3, 4], model.inputs[0].shape, to: "\(folder)/\(name).npy")
            }
            try Data("file,label\nb.npy,\(label)\n".utf8).write(to: URL(filePath: "\(folder)/labels.csv"))
            let roofline = try #require(Roofline(gigaflops: 1, gigabytesPerSecond: 1))
            let site = Site(costs: try RooflineCosts(roofline, of: model.graph))
            let samples = try SampleSet(FrameFolder(path: folder), for: model.inputs[0])
            var planner = Planner(model: model, edge: site, cloud: site, samples: samples)
            let cut = try Partition(at: ["a"], of: model.graph)
            let error = SplitError.labelOutOfRange(sample: "\(folder)/b.npy", label: label, classes: 4)
            if isRefused {
                #expect(throws: error) { try planner.plan() }
                #expect(throws: error) { try planner.accuracy(of: cut, precision: HeadPrecision(weights: .eightBits)) }
            } else {
                _ = try planner.plan()
                #expect(try planner.accuracy(of: cut, precision: HeadPrecision(weights: .eightBits)).labelled == 1)
            }
        }
    }
}

/// Calibrating a small model, checked against what running it says.
@Suite struct PlannerCalibrationTests {
    private func calibrated(
        _ folder: String, frames: Int = 10
    ) throws -> (planner: Planner, values: [TensorValue]) {
        let model = try splitModel(.residual)
        var random = SeededGenerator(seed: 7)
        let values = (0..<frames).map { index in
            let floats = (0..<model.inputs[0].elementCount).map { _ in Float(random.nextUnit()) * Float(index % 3 + 1) }
            return TensorValue(floats: floats, shape: model.inputs[0].shape)
        }
        for (index, value) in values.enumerated() {
            let name = String(repeating: "0", count: index < 10 ? 1 : 0) + "\(index)"
            try NPYFile.write(value.floats, value.shape, to: "\(folder)/\(name).npy")
        }
        let samples = try SampleSet(FrameFolder(path: folder), for: model.inputs[0])
        let site = try Site(model.profile(ProfileOptions(runs: 2)), of: model.graph)
        var planner = Planner(model: model, edge: site, cloud: site, samples: samples)
        try planner.calibrateEveryCut()
        return (planner, values)
    }

    @Test func rangesComeFromOnePartAndErrorsFromTheOther() throws {
        try TestFiles.withFolder { folder in
            let (planner, values) = try calibrated(folder)
            let partition = try Partition(at: ["e"], of: planner.model.graph)
            let session = try planner.model.session(.head, of: partition, threads: 1)
            func activations(_ positions: [Int]) throws -> [TensorValue] {
                try positions.map { try session.run([values[$0]])[0] }
            }
            let (chosen, judged) = (
                try activations(planner.samples.calibration), try activations(planner.samples.evaluation)
            )
            #expect(planner.samples.calibration == [0, 2, 4, 6, 8] && planner.samples.evaluation == [1, 3, 5, 7, 9])
            let whole = try #require(ValueRange.measured(chosen))
            let known = try #require(planner.calibration.ranges["e"])
            #expect(abs(known.high - whole.high) < 1e-4 * whole.high && known != ValueRange.measured(judged))
            for bits in 2...8 {
                let measured = try #require(planner.calibration.tensors["e"]?.bits["\(bits)"])
                let tensor = TransmittedTensor(
                    name: "e", elementType: .float32, shape: judged[0].shape,
                    precision: try #require(Precision(bits: bits)), range: measured.range)
                let codec = try ActivationCodec(tensors: [tensor], coding: .deflated)
                let error =
                    try judged.reduce(0.0) { sum, value in
                        zip(value.floats, try codec.roundTrip([value])[0].floats).reduce(sum) {
                            $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
                        }
                    } / Double(judged.count * judged[0].shape.elementCount)
                #expect(abs(measured.meanSquaredError / error - 1) < 0.02, "\(bits) bits")
                let sizes = try judged.map { try codec.encode([$0])[0].count }
                let size = CodedSize(of: sizes)
                #expect(abs((measured.deflated?.mean ?? 0) - size.mean) <= 3, "\(bits) bits")
                #expect(abs((measured.deflated?.p95 ?? 0) - (size.p95 ?? 0)) <= 3, "\(bits) bits")
            }
        }
    }

    @Test func moreBitsMeanLessDistortion() throws {
        try TestFiles.withFolder { folder in
            let calibration = try calibrated(folder).planner.calibration
            let graph = try splitModel(.residual).graph
            #expect(Set(calibration.tensors.keys) == Set(graph.tensors.map(\.name)).subtracting(["image"]))
            #expect(Set(calibration.weights.keys) == ["stem", "block1", "block2", "shortcut", "classifier"])
            for (name, tensor) in calibration.tensors {
                let errors = (2...8).compactMap { tensor.distortion(bits: $0) }
                #expect(errors.count == 7 && errors == errors.sorted(by: >), "\(name): \(errors)")
            }
            for (name, weight) in calibration.weights {
                let errors = (2...8).compactMap { weight.distortion(bits: $0) }
                #expect(errors.count == 7 && errors == errors.sorted(by: >), "\(name): \(errors)")
            }
        }
    }

    @Test func theDistortionOfAHeadIsTheSumOverItsLayers() throws {
        try TestFiles.withFolder { folder in
            let planner = try calibrated(folder).planner
            let (graph, calibration) = (planner.model.graph, planner.calibration)
            let head = Partition(prefix: 3, of: graph)
            func distortion(_ weights: Int?, _ activations: Int?) -> Double? {
                calibration.distortion(
                    of: head, in: graph, weightBits: { _ in weights }, activationBits: { _ in activations })
            }
            let names = graph.layers[..<3].flatMap(\.outputs).map { graph.tensors[$0].name }
            let tensors = names.compactMap { calibration.tensors[$0]?.distortion(bits: 4) }.reduce(0, +)
            let weights = ["stem", "block1"].compactMap { calibration.weights[$0]?.distortion(bits: 2) }.reduce(0, +)
            #expect(names.count == 3 && tensors > 0 && weights > 0)
            #expect(abs((distortion(2, 4) ?? 0) - tensors - weights) < 1e-12)
            #expect(distortion(nil, nil) == 0 && distortion(nil, 9) == nil && distortion(9, nil) == nil)
        }
    }

    @Test func plansAreDeflatedWhereThatIsSmaller() throws {
        try TestFiles.withFolder { folder in
            var planner = try calibrated(folder).planner
            planner.maxAccuracyDrop = 1
            let set = try planner.plan()
            for plan in set.plans where plan.id.hasSuffix("-deflated") && !plan.isCloudOnly {
                let packed = plan.crossing.reduce(0) { $0 + $1.packedBytes }
                #expect(plan.coding == .deflated && plan.transmitBytes < packed, "\(plan.id)")
                #expect(plan.transmitBytesP95.map { $0 >= plan.transmitBytes / 2 } == true, "\(plan.id)")
            }
            for plan in set.plans {
                let accuracy = try #require(plan.accuracy)
                #expect(accuracy.signalToNoise != nil && accuracy.dropInterval != nil, "\(plan.id)")
            }
        }
    }

    @Test func accuracyOfAHeadIsThatOfTheHeadThatIsDeployed() throws {
        try TestFiles.withFolder { folder in
            let planner = try calibrated(folder).planner
            let partition = try Partition(at: ["e"], of: planner.model.graph)
            func accuracy(_ precision: HeadPrecision) throws -> Accuracy {
                try planner.accuracy(of: partition, precision: precision)
            }
            let integers = planner.calibration.headPrecision(weights: .eightBits, integerActivations: true)
            let ratios = try [.float, HeadPrecision(weights: .eightBits), integers, HeadPrecision(weights: .fourBits)]
                .map {
                    try accuracy($0).signalToNoise ?? 0
                }
            #expect(ratios == ratios.sorted(by: >) && ratios[0] > 100 && ratios[3] > 10, "\(ratios)")
            // The control: a head computed over wrong ranges must be found out.
            var wrong = integers
            for name in wrong.activations.keys { wrong.activations[name] = ValueRange(low: 0, high: 0.01) }
            #expect(try accuracy(wrong).signalToNoise ?? 0 < 5)
        }
    }

    @Test func oneSampleIsBothParts() throws {
        try TestFiles.withFolder { folder in
            let samples = try calibrated(folder, frames: 1).planner.samples
            #expect(samples.calibration == [0] && samples.evaluation == [0])
        }
    }
}
