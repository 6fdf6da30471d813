import ArgumentParser
import Foundation
import Model
import Optimizer
import Splitting

struct ModelCutVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cut", abstract: "Write a valid head and tail of a model.",
        discussion: """
            With --head-bits the head's weights are integers, in the next standard type that holds them: 2, 4 or 8 bits. With \
            --activation-bits 8 it also computes in integers, over the ranges that the samples show. Given samples, its accuracy \
            is measured by running it. A CPU has no kernels below 8 bits: fewer make the file smaller, not the head faster.

            Exit code 1 where --verify finds a difference, or a control that does not fail.
            """)

    @OptionGroup var model: ModelOptions
    @Option(
        help: ArgumentHelp("The tensors that cross, all of them, by name, with commas between.", valueName: "T1,T2"))
    var at: String
    @Option(help: "Where to write the head.") var head: String?
    @Option(help: "Where to write the tail.") var tail: String?
    @Option(help: "Bits of the head's weights, 2 to 8; without it they stay floats.") var headBits: Int?
    @Option(help: "Bits of the head's activations: 8. Needs --head-bits of more than 4, and samples.")
    var activationBits: Int?
    @Option(help: "A folder of images or arrays to measure ranges and accuracy on.") var samples: String?
    @Flag(help: "Run head then tail against the whole, and a control that must fail; always in floats.")
    var verify = false
    @Flag(help: "One JSON document on standard output.") var json = false

    func validate() throws {
        guard head != nil || tail != nil || verify else {
            throw ValidationError("Nothing to do: name --head or --tail to write, or --verify.")
        }
        try checkPlaces()
        if let headBits, !(2...8).contains(headBits) { throw ValidationError("--head-bits: 2 to 8, not \(headBits).") }
        guard let activationBits else { return }
        guard activationBits == 8 else {
            throw ValidationError("--activation-bits: 8; integer kernels know no other width.")
        }
        guard let headBits, headBits > 4 else {
            throw ValidationError(
                "--activation-bits needs --head-bits 5 to 8: integer kernels take 8-bit weights only.")
        }
        guard samples != nil else { throw ValidationError("--activation-bits needs --samples, to measure ranges on.") }
    }

    /// Head, tail and model are three files.
    private func checkPlaces() throws {
        for (flag, path) in [("--head", head), ("--tail", tail)] {
            if let path, Files.isSame(path, model.model) {
                throw ValidationError(
                    "\(flag): '\(path)' is the model itself, which stays as it is; name another file.")
            }
        }
        if let head, let tail, Files.isSame(head, tail) {
            throw ValidationError("--head and --tail both name '\(head)'; name two files.")
        }
    }

    func run() throws {
        let (model, precision, quantised) = try opened()
        let partition = try partition(of: model)
        try model.write(partition, precision: precision, head: head, tail: tail)
        let crossing = model.graph.crossing(partition).map { model.graph.tensors[$0] }
        let report = CutReport(
            crossing: crossing, check: verify ? try model.verify(partition) : nil, quantised: quantised)
        if json { try Emit.json(report) } else { Emit.line(report.text) }
        if report.passes == false { throw Ending.no }
    }

    private func partition(of model: SplitModel) throws -> Partition {
        try Partition(at: at.split(separator: ",").map(String.init), of: model.graph)
    }

    /// The model, how its head is to be held, and what is to be said of that.
    private func opened() throws -> (SplitModel, HeadPrecision, QuantisedHeadReport?) {
        guard let weights = headBits.flatMap(Precision.init(bits:)) else { return (try model.open(), .float, nil) }
        guard let samples else {
            let model = try model.open()
            let precision = HeadPrecision(weights: weights)
            return (model, precision, try QuantisedHeadReport(model, partition(of: model), precision, nil))
        }
        let progress = Progress("measuring")
        // No plan is made, so how fast the sites are does not matter: one of stated figures needs no timing.
        let anySite = try CostModelName(parsing: "roofline:1,1")
        var workshop = try PlanWorkshop(model.model, shapes: model.inputShapes, samples: samples, edge: anySite) {
            progress.show($0, $1)
        }
        let partition = try partition(of: workshop.model)
        let precision = try workshop.headPrecision(weights: weights, integerActivations: activationBits != nil) {
            progress.show($0, $1)
        }
        let accuracy = try workshop.planner.accuracy(of: partition, precision: precision) { progress.show($0, $1) }
        progress.finish()
        return (
            workshop.model, precision, try QuantisedHeadReport(workshop.model, partition, precision, accuracy)
        )
    }
}

/// What `model cut` says of a head of integers.
private struct QuantisedHeadReport: Encodable {
    var weightBits: Int
    var storedBits: Int
    var computesInIntegers: Bool
    var headBytes: Int
    var floatBytes: Int
    var accuracy: Accuracy?

    init(_ model: SplitModel, _ partition: Partition, _ precision: HeadPrecision, _ accuracy: Accuracy?) throws {
        weightBits = precision.weights.bits
        storedBits = HeadPrecision.storedBits(of: precision.weights).bits
        computesInIntegers = try model.computesInIntegers(partition, precision)
        headBytes = try model.head(of: partition, precision: precision).count
        floatBytes = try model.head(of: partition, precision: .float).count
        self.accuracy = accuracy
    }

    enum CodingKeys: String, CodingKey {
        case weightBits = "weight_bits", storedBits = "stored_bits", computesInIntegers = "computes_in_integers"
        case headBytes = "head_bytes", floatBytes = "float_head_bytes", accuracy
    }

    var text: String {
        var text =
            "\nhead with weights of \(weightBits) bits, stored in \(storedBits): \(Format.bytes(headBytes)), "
            + "in floats \(Format.bytes(floatBytes)); it computes in \(computesInIntegers ? "8-bit integers" : "floats")"
        guard let accuracy else { return text }
        text += "\non \(accuracy.samples) samples: same top class as the whole on \(Format.share(accuracy.agreement))"
        if let topOne = accuracy.topOne { text += ", right on \(Format.share(topOne))" }
        if let drop = accuracy.drop, let interval = accuracy.dropInterval {
            text +=
                ", loss \(Format.share(drop)) (\(Format.share(interval.low)) to \(Format.share(interval.high)), 95 %)"
        }
        if let ratio = accuracy.signalToNoise { text += ", signal to noise \(Format.fixed(ratio, 1)) dB" }
        return text
    }
}

/// What `model cut` says.
private struct CutReport: Encodable {
    var crossing: [Tensor]
    /// Left out where it is infinite, which JSON cannot say.
    var maxAbsDiff: Double?
    /// Likewise.
    var controlDiff: Double?
    var tolerance: Double?
    var passes: Bool?
    var quantised: QuantisedHeadReport?

    init(crossing: [Tensor], check: CutCheck?, quantised: QuantisedHeadReport?) {
        self.crossing = crossing
        maxAbsDiff = check.map(\.maxAbsDiff).flatMap { $0.isFinite ? $0 : nil }
        controlDiff = check.map(\.controlDiff).flatMap { $0.isFinite ? $0 : nil }
        tolerance = check?.tolerance
        passes = check?.passes
        self.quantised = quantised
    }

    enum CodingKeys: String, CodingKey {
        case crossing, maxAbsDiff = "max_abs_diff", controlDiff = "control_diff", tolerance, passes
        case quantised = "quantised_head"
    }

    var text: String {
        var table = Table(["crossing tensor", "type", "shape", "bytes"])
        for tensor in crossing {
            table.add([tensor.name, tensor.elementType.rawValue, "\(tensor.shape)", Format.bytes(tensor.byteCount)])
        }
        return table.render() + (quantised?.text ?? "") + verdict
    }

    private var verdict: String {
        guard let tolerance, let passes else { return "" }
        guard let maxAbsDiff else {
            return "\nhead then tail DIFFERS from the whole: an output is not a number, or infinite on one side only"
        }
        let control = controlDiff.map { "\($0)" } ?? "infinite"
        let numbers = "largest difference \(maxAbsDiff), control \(control), tolerance \(tolerance)"
        if passes { return "\nhead then tail equals the whole: \(numbers)" }
        if maxAbsDiff > tolerance { return "\nhead then tail DIFFERS from the whole: \(numbers)" }
        return
            "\nthe control did not fail, so the model does not depend on what crosses and this proves nothing: \(numbers)"
    }
}
