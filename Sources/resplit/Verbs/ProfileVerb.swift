import ArgumentParser
import Model
import Optimizer
import Splitting

struct ProfileVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Time a model's layers, and the heads and tails of its candidate cuts, on this device.")

    @OptionGroup var model: ModelOptions
    @Option(help: "Threads within a layer.") var threads = 1
    @Option(help: "Timed runs of each piece of work.") var runs = 15
    @Option(help: "Rest before each timed run of a head, tail or whole: as between frames; 0ms: as back to back.")
    var rest: Nanoseconds = .milliseconds(20)
    @Flag(help: "Time every prefix cut, not only those that layer times and sizes do not rule out.") var everyCut =
        false
    @Option(name: .shortAndLong, help: "Where to write the profile.") var output: String?
    @Flag(help: "One JSON document on standard output.") var json = false

    func validate() throws {
        guard (1...256).contains(threads) else { throw ValidationError("--threads is 1 to 256.") }
        guard (1...10_000).contains(runs) else { throw ValidationError("--runs is 1 to 10000.") }
        guard rest >= .zero, rest <= .seconds(10) else { throw ValidationError("--rest is 0ms to 10s.") }
    }

    func run() throws {
        let progress = Progress("profiling")
        let profile = try model.open().profile(
            ProfileOptions(threads: threads, runs: runs, rest: rest, everyCut: everyCut)
        ) { progress.show($0, $1) }
        progress.finish()
        if let output { try Files.write(profile.encode(), to: output) }
        if json { try Emit.json(profile) } else { Emit.line(profile.text) }
    }
}

extension Profile {
    fileprivate var text: String {
        var layers = Table(["layer", "operator", "output", "median", "spread", "runs"])
        for layer in self.layers {
            let outputs = layer.outputs.map { "\($0.shape)" }.joined(separator: " ")
            layers.add([layer.name, layer.kind, outputs] + layer.timing.cells)
        }
        var halves = Table(["cut", "head", "spread", "runs", "tail", "spread", "runs"])
        for (head, tail) in zip(heads, tails) {
            halves.add([head.cut.joined(separator: ", ")] + head.timing.cells + tail.timing.cells)
        }
        return """
            \(model.name) on \(device), \(threads) thread(s), ONNX Runtime \(runtime)
            whole model: \(Format.milliseconds(whole.median))

            \(layers.render())

            \(halves.render())
            """
    }
}

extension Timing {
    fileprivate var cells: [String] {
        [Format.milliseconds(median), "±\(Format.milliseconds(spread))", "\(runs)"]
    }
}
