import ArgumentParser
import Foundation
import Model
import Splitting

struct ModelCutVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cut", abstract: "Write a valid head and tail of a model.",
        discussion: "Exit code 1 where --verify finds a difference, or a control that does not fail.")

    @OptionGroup var model: ModelOptions
    @Option(
        help: ArgumentHelp("The tensors that cross, all of them, by name, with commas between.", valueName: "T1,T2"))
    var at: String
    @Option(help: "Where to write the head.") var head: String?
    @Option(help: "Where to write the tail.") var tail: String?
    @Flag(help: "Run head then tail against the whole, and a control that must fail.") var verify = false
    @Flag(help: "One JSON document on standard output.") var json = false

    func validate() throws {
        guard head != nil || tail != nil || verify else {
            throw ValidationError("Nothing to do: name --head or --tail to write, or --verify.")
        }
    }

    func run() throws {
        let model = try model.open()
        let names = at.split(separator: ",").map(String.init)
        let partition = try Partition(at: names, of: model.graph)
        try model.write(partition, head: head, tail: tail)
        let crossing = model.graph.crossing(partition).map { model.graph.tensors[$0] }
        let report = CutReport(crossing: crossing, check: verify ? try model.verify(partition) : nil)
        if json { try Emit.json(report) } else { Emit.line(report.text) }
        if report.passes == false { throw Ending.no }
    }
}

/// What `model cut` says.
private struct CutReport: Encodable {
    var crossing: [Tensor]
    var maxAbsDiff: Double?
    var controlDiff: Double?
    var tolerance: Double?
    var passes: Bool?

    init(crossing: [Tensor], check: CutCheck?) {
        self.crossing = crossing
        maxAbsDiff = check?.maxAbsDiff
        controlDiff = check?.controlDiff
        tolerance = check?.tolerance
        passes = check?.passes
    }

    enum CodingKeys: String, CodingKey {
        case crossing, maxAbsDiff = "max_abs_diff", controlDiff = "control_diff", tolerance, passes
    }

    var text: String {
        var table = Table(["crossing tensor", "type", "shape", "bytes"])
        for tensor in crossing {
            table.add([tensor.name, tensor.elementType.rawValue, "\(tensor.shape)", Format.bytes(tensor.byteCount)])
        }
        return table.render() + verdict
    }

    private var verdict: String {
        guard let maxAbsDiff, let controlDiff, let tolerance, let passes else { return "" }
        let numbers = "largest difference \(maxAbsDiff), control \(controlDiff), tolerance \(tolerance)"
        if passes { return "\nhead then tail equals the whole: \(numbers)" }
        if maxAbsDiff > tolerance { return "\nhead then tail DIFFERS from the whole: \(numbers)" }
        return
            "\nthe control did not fail, so the model does not depend on what crosses and this proves nothing: \(numbers)"
    }
}
