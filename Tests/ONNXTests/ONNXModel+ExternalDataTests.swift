import Crypto
import Foundation
import Model
import ONNX
import SwiftProtobuf
import TestSupport
import Testing

/// A folder that is removed with the test.
private final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "onnx-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: URL(filePath: self(name))) }

    func read(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: self(name)))) }
}

/// `y = (x · first) · second`, with square weights in `location`, the first at `offset`, the second behind it.
private func product(extent: Int, location: String, offset: Int = 0, length: Int? = nil) -> ONNXModelBuilder {
    var builder = ONNXModelBuilder()
    let bytes = extent * extent * 4
    builder.input("x", [1, .fixed(extent)])
    builder.output("y", [1, .fixed(extent)])
    builder.node("MatMul", ["x", "first"], ["h"], name: "one")
    builder.node("MatMul", ["h", "second"], ["y"], name: "two")
    builder.externalWeight("first", [extent, extent], location: location, offset: offset, length: length ?? bytes)
    builder.externalWeight("second", [extent, extent], location: location, offset: offset + bytes, length: bytes)
    return builder
}

private func cut(_ model: ONNXModel, extent: Int) throws -> (head: ONNXHalf, tail: ONNXHalf, graph: LayerGraph) {
    let row = TensorShape([1, extent])
    let graph = try model.layerGraph(tensors: ["h": (.float32, row), "y": (.float32, row)])
    let (head, tail) = try model.halves(of: Partition(prefix: 1, of: graph), in: graph)
    return (try #require(head), try #require(tail), graph)
}

private func refusal(of path: String) -> String {
    do throws(ONNXError) {
        _ = try ONNXModel(contentsOf: path)
        return ""
    } catch {
        return error.description
    }
}

@Suite struct ONNXModelExternalDataTests {
    /// Beside the model the halves refer to its external file; elsewhere each has a file of its own, with its weights only.
    @Test func halvesKeepOrCarryTheirWeights() throws {
        let folder = try Folder()
        let elements = (0..<(16 + 2 * 64)).map(UInt8.init)
        try folder.write(elements, to: "weights.bin")
        try folder.write(product(extent: 4, location: "weights.bin", offset: 16).bytes(), to: "m.onnx")
        let model = try ONNXModel(contentsOf: folder("m.onnx"))
        #expect(model.weightBytes == 128)
        let tail = try cut(model, extent: 4).tail

        try tail.model.write(to: folder("tail.onnx"))
        let beside = try Onnx_ModelProto(serializedBytes: folder.read("tail.onnx"))
        #expect(beside.graph.initializer[0].externalData.map(\.value) == ["weights.bin", "80", "64"])

        let other = try Folder()
        try tail.model.write(to: other("tail.onnx"))
        let elsewhere = try Onnx_ModelProto(serializedBytes: other.read("tail.onnx"))
        #expect(elsewhere.graph.initializer[0].externalData.map(\.value) == ["tail.onnx.data", "0", "64"])
        #expect(try other.read("tail.onnx.data") == Array(elements[80...]))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: other.path).sorted() == ["tail.onnx", "tail.onnx.data"])

        let alone = try Onnx_ModelProto(serializedBytes: tail.model.serialized())
        #expect(alone.graph.initializer.map { [UInt8]($0.rawData) } == [Array(elements[80...])])
        #expect(!alone.graph.initializer[0].hasDataLocation && alone.graph.initializer[0].externalData.isEmpty)
    }

    @Test func identityIsTheDigestOfAllFiles() throws {
        let folder = try Folder()
        try folder.write(Array("abc".utf8) + [UInt8](repeating: 0, count: 125), to: "w")
        try folder.write(product(extent: 4, location: "w").bytes(), to: "m.onnx")
        let model = try ONNXModel(contentsOf: folder("m.onnx"))
        #expect(try model.identity() == identity("m.onnx", folder.read("m.onnx") + folder.read("w")))
        #expect(try cut(model, extent: 4).tail.model.identity() == model.identity())
        let plain = try ONNXModel(bytes: ONNXFixture.residual.bytes, name: "r")
        #expect(try plain.identity() == identity("r", ONNXFixture.residual.bytes))
    }

    private func identity(_ name: String, _ bytes: [UInt8]) -> ModelIdentity {
        let digits = SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return ModelIdentity(name: name, sha256: digits.joined())
    }

    @Test func refusesExternalDataThatIsNotThere() throws {
        let folder = try Folder()
        func line(_ builder: ONNXModelBuilder) throws -> String {
            try folder.write(builder.bytes(), to: "m.onnx")
            return refusal(of: folder("m.onnx"))
        }
        #expect(
            try line(product(extent: 4, location: "w.bin"))
                == "m.onnx: weight 'first' lies in the external file 'w.bin', which cannot be read: there is no such file"
        )
        try folder.write([UInt8](repeating: 0, count: 100), to: "w.bin")
        #expect(
            try line(product(extent: 4, location: "w.bin"))
                == "m.onnx: weight 'second' lies in the external file 'w.bin', which has 100 bytes and should have at least 128"
        )
        #expect(
            try line(product(extent: 4, location: "w.bin", length: 60))
                == "m.onnx: weight 'first' has 60 bytes where its dimensions ask for 64")
        #expect(
            try line(product(extent: 4, location: "w.bin", offset: -1))
                == "m.onnx: weight 'first' lies in the external file 'w.bin', whose offset is not a count of bytes")
        #expect(
            try line(product(extent: 4, location: "w.bin", offset: Int.max - 64))
                == "m.onnx: weight 'first' lies in the external file 'w.bin', which has 100 bytes and should have at least 9223372036854775807"
        )
        for escape in ["/etc/passwd", "../w.bin", "a/../../w.bin", ""] {
            #expect(
                try line(product(extent: 4, location: escape))
                    == "m.onnx: weight 'first' lies in the external file '\(escape)', which is not a plain path below the model's folder"
            )
        }
        #expect(throws: ONNXError.self) {
            try ONNXModel(bytes: product(extent: 4, location: "w.bin").bytes(), name: "m")
        }
    }

    @Test func refusesFilesThatCannotBeRead() throws {
        let folder = try Folder()
        #expect(refusal(of: folder("none.onnx")) == "\(folder("none.onnx")): cannot be read: there is no such file")
        #expect(refusal(of: folder.path) == "\(folder.path): cannot be read: it is a folder")
        #expect(refusal(of: "/dev/null") == "/dev/null: cannot be read: it is not a regular file")
        try folder.write(Array("a plain text\n".utf8), to: "notes.txt")
        #expect(refusal(of: folder("notes.txt")).hasPrefix("notes.txt: is not an ONNX model: "))
    }

    @Test func aFileThatCannotBeWrittenLeavesNothing() throws {
        let folder = try Folder()
        let model = try ONNXModel(bytes: ONNXFixture.residual.bytes, name: "m")
        #expect(
            throws: ONNXError(
                model: "m",
                problem: .unwritable(path: folder("none/m.onnx"), reason: "no such file or directory"))
        ) { try model.write(to: folder("none/m.onnx")) }
        try FileManager.default.createDirectory(atPath: folder("taken"), withIntermediateDirectories: true)
        #expect(throws: ONNXError.self) { try model.write(to: folder("taken")) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken"])
    }

    /// 5 GB of weights in a sparse file: read, listed and cut without being held.
    @Test func aModelOverTwoGigabytesIsCutInLittleMemory() throws {
        let folder = try Folder()
        let extent = 25_000
        #expect(FileManager.default.createFile(atPath: folder("w.bin"), contents: nil))
        let file = try FileHandle(forWritingTo: URL(filePath: folder("w.bin")))
        try file.truncate(atOffset: UInt64(2 * extent * extent * 4))
        try folder.write(product(extent: extent, location: "w.bin").bytes(), to: "m.onnx")
        let before = try residentBytes()
        let model = try ONNXModel(contentsOf: folder("m.onnx"))
        let (head, tail, graph) = try cut(model, extent: extent)
        #expect(graph.layers.map(\.parameterBytes) == [2_500_000_000, 2_500_000_000])
        for (half, name) in [(head, "head"), (tail, "tail")] {
            try half.model.write(to: folder("\(name).onnx"))
            let read = try ONNXModel(contentsOf: folder("\(name).onnx"))
            #expect(read.weightBytes == 2_500_000_000)
            #expect(throws: ONNXError.self) { try read.serialized() }
        }
        #expect(try residentBytes() - before < 200 << 20)
    }

    private func residentBytes() throws -> Int {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
        return try #require(Int(pages)) * 4096
    }
}
