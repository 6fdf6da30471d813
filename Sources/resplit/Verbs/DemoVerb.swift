import ArgumentParser
import Foundation
import Model
import Sim

struct DemoVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "The closed loop on this machine: agent, worker, controller, a real model, an uplink that follows a trace.",
        discussion: """
            Then the same trace and frames under fixed policies. The uplink is emulated in user space, the slow edge by drawing \
            out its computations; everything else is real. Ctrl-C ends all of it.
            """)

    @Option(help: "Seconds of trace for each policy.") var seconds = 30
    @Option(help: "An ONNX file with a folder of samples beside it; default: the project's own.") var model: String?
    @Option(help: "A trace of uplink, round trip and edge load; default: the project's mobile uplink.") var trace:
        String?
    @Option(help: "How many times slower than this machine the edge is.") var slowdown = 8.0
    @Option(help: "Frames a second.") var rate = 5.0
    @Flag(help: "One JSON document on standard output; the running rows go to standard error.") var json = false
    @Option(help: "Write a page with the timeline.") var report: String?
    @Option(help: "Keep plan set, records, store and logs in this folder.") var keep: String?

    func validate() throws {
        guard (5...3600).contains(seconds) else { throw ValidationError("--seconds is 5 to 3600.") }
        guard slowdown >= 1, slowdown <= 1000 else { throw ValidationError("--slowdown is 1 to 1000.") }
        guard rate > 0, rate <= 1000 else { throw ValidationError("--rate is above 0, at most 1000.") }
    }

    func run() async throws {
        let path = try trace ?? Project.file("scenarios/mobile-uplink/trace.csv")
        let trace = try Trace(csv: String(decoding: Files.read(path), as: UTF8.self), source: path)
        let model = try model ?? Project.file("models/resplit-digits.onnx")
        let settings = Demo.Settings(
            model: model, trace: trace, seconds: seconds, slowdown: slowdown, rate: rate, isQuiet: json)
        let folder = try DemoFolder(keeping: keep)
        let report = report
        let json = json
        try await Supervised.run {
            let result = try await Demo(settings, folder: folder).run()
            if let report { try Files.write(Data(DemoPage(result, settings).html.utf8), to: report) }
            if json { try Emit.json(DemoDocument(result)) } else { Emit.line(DemoTable(result).text) }
        }
    }
}

/// Files that come with the project.
enum Project {
    /// A file of the project, looked for from the current folder and the program's upwards.
    ///
    /// - Throws: `MissingProjectFile`.
    static func file(_ name: String) throws -> String {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        for start in [FileManager.default.currentDirectoryPath, program] {
            var folder = URL(filePath: start)
            while folder.path != "/" {
                let path = folder.appending(path: name).path
                if FileManager.default.fileExists(atPath: path) { return path }
                folder.deleteLastPathComponent()
            }
        }
        throw MissingProjectFile(name: name)
    }
}

struct MissingProjectFile: EnvironmentError {
    var name: String
    var description: String {
        "\(name): not found from here upwards; run inside a checkout of the project, or name the file"
    }
}
