import Foundation
import Testing

/// `trace record --controller` beside agent, worker and controller as processes.
@Suite(.serialized, .timeLimit(.minutes(3))) struct TraceRecordLiveTests {
    /// It ends by itself, so that a test fails rather than hangs.
    private func record(_ controllerPort: Int, _ file: URL, _ more: String...) throws -> Daemon {
        let arguments = ["trace", "record", "--controller", "127.0.0.1:\(controllerPort)", "-o", file.path]
        return try Daemon(arguments + ["--seconds", "40"] + more, talks: true)
    }

    /// From before the device comes until after it has left, ended by Ctrl-C: byte for byte what the store gives.
    @Test func itIsTheTraceOfTheStore() throws {
        let world = try LiveWorld()
        defer { world.remove() }
        let (worker, controller) = try (
            Daemon(world.workerArguments(port: 0)), Daemon(world.controllerArguments(port: 0))
        )
        let (workerPort, controllerPort) = (try worker.port(), try controller.port())
        _ = try Daemon(world.agentArguments(workerPort, controllerPort, frames: 3)).finish()
        let file = world.folder.appending(path: "trace.csv")
        let recorder = try record(controllerPort, file)
        try recorder.wait(for: "\(LiveWorld.device) is away")
        _ = try Daemon(world.agentArguments(workerPort, controllerPort, frames: 45)).finish()
        try recorder.wait(for: "\(LiveWorld.device) is attached")
        try recorder.wait(for: "\(LiveWorld.device) is away")
        recorder.interrupt()
        _ = recorder.finish()
        #expect(recorder.code == 130)
        controller.stop()
        worker.stop()
        let stored = try Program.run("trace", "record", "--store", world.store)
        #expect(stored.code == 0 && stored.output.split(separator: "\n").count > 4, "\(stored)")
        #expect(try String(contentsOf: file, encoding: .utf8) == stored.output)
    }

    @Test func whatWasRecordedOutlivesTheController() throws {
        let world = try LiveWorld()
        defer { world.remove() }
        let (worker, controller) = try (
            Daemon(world.workerArguments(port: 0)), Daemon(world.controllerArguments(port: 0))
        )
        let (workerPort, controllerPort) = (try worker.port(), try controller.port())
        let address = "127.0.0.1:\(controllerPort)"
        let agent = try Daemon(world.agentArguments(workerPort, controllerPort, frames: 100_000))
        try agent.wait(for: "first frame at")

        let short = try Program.run("trace", "record", "--controller", address, "--seconds", "2", "--quiet")
        #expect(short.code == 0 && short.output.hasPrefix("time_s,uplink_mbps,rtt_ms,edge_load"), "\(short)")
        let unknown = try Program.run("trace", "record", "--controller", address, "--device", "kiled")
        #expect(unknown.code == 2 && unknown.output.isEmpty, "\(unknown)")
        #expect(unknown.errors == "resplit: \(address): no device 'kiled' has attached; did you mean 'killed'?\n")

        let file = world.folder.appending(path: "trace.csv")
        let recorder = try record(controllerPort, file, "--device", LiveWorld.device)
        try recorder.wait { $0.contains("bit/s") }
        controller.kill()
        let last = String(decoding: recorder.finish(), as: UTF8.self).split(separator: "\n").last ?? ""
        #expect(recorder.code == 3 && last.contains("the controller went away"), "\(last)")
        let shown = try Program.run("trace", "inspect", file.path)
        #expect(shown.code == 0 && shown.output.hasPrefix("resplit: "), "\(shown)")
        agent.kill()

        // Nobody listens there; and there only a worker.
        for silent in [address, "127.0.0.1:\(workerPort)"] {
            let outcome = try Program.run("trace", "record", "--controller", silent)
            #expect(outcome.code == 3 && outcome.output.isEmpty, "\(outcome)")
            #expect(outcome.errors.hasPrefix("resplit: \(silent): no controller answers"), "\(outcome)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
        }
        worker.stop()
    }

    /// Another boot's clock is another: the trace ends where it begins.
    @Test func aDeviceStartedAnewEndsTheTrace() throws {
        let world = try LiveWorld()
        defer { world.remove() }
        let (worker, controller) = try (
            Daemon(world.workerArguments(port: 0)), Daemon(world.controllerArguments(port: 0))
        )
        let (workerPort, controllerPort) = (try worker.port(), try controller.port())
        let first = try Daemon(world.agentArguments(workerPort, controllerPort, frames: 100_000))
        try first.wait(for: "first frame at")
        let file = world.folder.appending(path: "trace.csv")
        let recorder = try record(controllerPort, file)
        try recorder.wait { $0.contains("bit/s") }
        first.kill()
        try recorder.wait(for: "\(LiveWorld.device) is away")
        let second = try Daemon(world.agentArguments(workerPort, controllerPort, frames: 100_000))
        let last = String(decoding: recorder.finish(), as: UTF8.self).split(separator: "\n").last ?? ""
        #expect(recorder.code == 3 && last.contains("the agent of 'killed' was started anew"), "\(last)")
        let shown = try Program.run("trace", "inspect", file.path)
        #expect(shown.code == 0 && shown.output.hasPrefix("resplit: "), "\(shown)")

        second.kill()
        let none = world.folder.appending(path: "none.csv")
        let waiting = try record(controllerPort, none)
        try waiting.wait(for: "\(LiveWorld.device) is away")
        waiting.interrupt()
        let words = String(decoding: waiting.finish(), as: UTF8.self)
        #expect(waiting.code == 130 && words.contains("told of no uplink, so there is no trace"), "\(words)")
        #expect(!FileManager.default.fileExists(atPath: none.path))
        controller.stop()
        worker.stop()
    }
}
