import FoundationEssentials
import Inference
import Model

/// The library that `make setup` brings; tests that need it fail without it.
enum SharedRuntime {
    private static let loaded = Result { try Runtime.load() }
    static func get() throws -> Runtime { try loaded.get() }
}

func session(_ model: TinyModel, _ options: SessionOptions = SessionOptions()) throws -> Session {
    try Session(runtime: SharedRuntime.get(), model: .bytes(model.bytes), options: options)
}

func integers(_ values: [Int64], _ extents: [Int]) -> TensorValue {
    TensorValue(elementType: .int64, shape: TensorShape(extents), bytes: values.withUnsafeBytes(Array.init))
}

func floats(_ values: [Float], _ extents: [Int]) -> TensorValue {
    TensorValue(floats: values, shape: TensorShape(extents))
}

/// Calls `body` with the path of a new folder, which is removed afterwards.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: "resplit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
}

/// The error of `body`, `nil` if there is none.
func failure<R>(_ body: () throws -> R) -> InferenceError? {
    do {
        _ = try body()
        return nil
    } catch { return error as? InferenceError }
}

/// One to four bytes overwritten, or one removed, or the rest cut off.
func mutated(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
    case 1: bytes.remove(at: Int.random(in: bytes.indices, using: &generator))
    default:
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
    }
    return bytes
}
