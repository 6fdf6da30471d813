import Foundation
import Model
import TestSupport
import Testing

/// A tiny model, its samples and its plan set, in a folder of their own.
struct LiveWorld {
    static let device = "killed"
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "resplit-test-\(UUID().uuidString)")
        let samples = folder.appending(path: "samples")
        try FileManager.default.createDirectory(at: samples, withIntermediateDirectories: true)
        try Data(ONNXFixture.residual.bytes).write(to: URL(filePath: model))
        let shape = ONNXFixture.residual.shapes[0].shape
        for index in 0..<4 {
            var random = SeededGenerator(seed: UInt64(index))
            let floats = (0..<shape.elementCount).map { _ in Float(random.nextUnit()) }
            try NPYFile.write(floats, shape, to: samples.appending(path: "\(index).npy").path)
        }
        let planned = Program.process(["plan", model, "--max-accuracy-drop", "100%", "-o", plans])
        planned.environment = ProcessInfo.processInfo.environment.merging(["XDG_CACHE_HOME": folder.path]) { $1 }
        planned.standardOutput = FileHandle.nullDevice
        try planned.run()
        planned.waitUntilExit()
        try #require(planned.terminationStatus == 0)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    var model: String { folder.appending(path: "model.onnx").path }
    var plans: String { folder.appending(path: "plans.json").path }
    var store: String { folder.appending(path: "run.sqlite").path }
    var status: String { folder.appending(path: "status.json").path }
    var records: String { folder.appending(path: "records.jsonl").path }

    func workerArguments(port: Int) -> [String] { ["worker", model, "--listen", "127.0.0.1:\(port)"] }

    func controllerArguments(port: Int) -> [String] {
        [
            "controller", "--plans", plans, "--store", store, "--status", status, "--listen", "127.0.0.1:\(port)",
        ]
    }

    func agentArguments(_ worker: Int, _ controller: Int, frames: Int) -> [String] {
        [
            "agent", model, "--frames", folder.appending(path: "samples").path, "--rate", "30", "--count", "\(frames)",
            "--device", Self.device, "--worker", "127.0.0.1:\(worker)", "--controller", "127.0.0.1:\(controller)",
            "--wait-for-peers", "--records", records, "--json",
        ]
    }
}
