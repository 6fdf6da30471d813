import ArgumentParser
import DataPlane
import Inference
import Model
import Splitting

struct WorkerVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "The cloud's process: runs the tails of plans for edge agents.",
        discussion: """
            Also serves the whole model to any client of the Open Inference Protocol v2 (gRPC). Prints its address once it listens.
            """)

    @OptionGroup var model: ModelOptions
    @Option(help: "Where to listen; port 0 takes a free one.") var listen = Endpoint(host: "127.0.0.1", port: 7710)
    @Option(help: "Threads within a layer.") var threads = 1
    @OptionGroup var process: ProcessOptions

    func run() async throws {
        let worker = CloudWorker(
            configuration: .init(listen: listen), source: SplitModelHalves(try model.open(), threads: threads),
            logger: process.logger("worker"))
        try await process.run {
            try await worker.run { Emit.line("listening on \($0)") }
        }
    }
}
