import Foundation
import Model
import Optimizer
import Testing

@Suite struct ProfileDocumentTests {
    private let profile = {
        let timing = Timing(median: Nanoseconds(1_250_001), spread: Nanoseconds(40_000), runs: 20)
        let tensor = Tensor(name: "a", elementType: .float32, shape: TensorShape([1, 8, 4, 4]))
        return Profile(
            model: ModelIdentity(name: "m.onnx", sha256: String(repeating: "0123456789abcdef", count: 4)),
            device: "a processor", runtime: "1.31.1", threads: 2, whole: timing,
            layers: ["first", "second"].map {
                Profile.LayerTiming(name: $0, kind: "Conv", outputs: [tensor], timing: timing)
            },
            heads: [
                Profile.HalfTiming(cut: ["a", "b"], timing: timing), Profile.HalfTiming(cut: ["c"], timing: timing),
            ],
            tails: [Profile.HalfTiming(cut: ["c"], timing: timing)],
            coding: [
                Profile.CodingTiming(precision: .eightBits, coding: .packed, encode: 1.5, decode: 0.25),
                Profile.CodingTiming(precision: .eightBits, coding: .deflated, encode: 9, decode: 3),
            ])
    }()

    @Test func whatIsWrittenIsReadAgain() throws {
        let document = try profile.encode()
        let read = try Profile.decode(from: document, source: "edge.json")
        #expect(read == profile)
        #expect(try read.encode() == document)
    }

    @Test func aProfileOfAnotherModelIsRefused() throws {
        let document = try profile.encode()
        #expect(try Profile.decode(from: document, source: "edge.json", of: profile.model) == profile)
        // A file may have been renamed: the digest alone says which model it is.
        let renamed = ModelIdentity(name: "n.onnx", sha256: profile.model.sha256)
        #expect(try Profile.decode(from: document, source: "edge.json", of: renamed) == profile)
        let other = ModelIdentity(name: "n.onnx", sha256: String(repeating: "0", count: 64))
        let error = try #require(throws: DocumentError.self) {
            try Profile.decode(from: document, source: "edge.json", of: other)
        }
        #expect(error.source == "edge.json" && error.place == "model.sha256")
        #expect(error.problem.contains("'m.onnx'") && error.problem.contains("'n.onnx'"))
    }

    @Test func whatIsWrongIsNamed() throws {
        let cases: [(path: [Any], value: Any?, place: String)] = [
            (["version"], 0, "version"), (["model", "sha256"], "x", "model.sha256"), (["threads"], 0, "threads"),
            (["whole", "median_ms"], -1, "whole.median_ms"), (["whole", "spread_ms"], 1e11, "whole.spread_ms"),
            (["whole", "runs"], 0, "whole.runs"), (["layers", 1, "name"], "first", "layers[1].name"),
            (["layers", 1, "timing", "median_ms"], -1, "layers[1].timing.median_ms"),
            (["layers", 1, "outputs", 0, "shape"], [1 << 50], "layers[1].outputs[0].shape"),
            (["heads", 1, "timing", "runs"], -3, "heads[1].timing.runs"),
            (["heads", 1, "cut"], ["a", "b"], "heads[1].cut"), (["heads", 0, "cut"], ["a", "a"], "heads[0].cut[1]"),
            (["tails", 0, "timing", "median_ms"], -1, "tails[0].timing.median_ms"),
            (["coding", 0, "encode_ns_per_value"], -1, "coding[0].encode_ns_per_value"),
            (["coding", 1, "decode_ns_per_value"], 1e10, "coding[1].decode_ns_per_value"),
            (["coding", 1, "coding"], "packed", "coding[1]"),
        ]
        for (path, value, place) in cases {
            let document = try edited(profile.encode(), path, value)
            do throws(DocumentError) {
                _ = try Profile.decode(from: document, source: "edge.json")
                Issue.record("\(path) = \(String(describing: value)) was read")
            } catch {
                #expect(error.place == place, "\(error)")
            }
        }
    }

    @Test func mutationsNeverCrash() throws {
        let golden = try profile.encode()
        var random = SeededGenerator(seed: 21)
        var read = 0
        for number in 0..<10_000 {
            let document = random.nextMutation(of: golden)
            guard let profile = try? Profile.decode(from: document, source: "edge.json") else { continue }
            read += 1
            let written = try profile.encode()
            #expect(try Profile.decode(from: written, source: "") == profile, "mutation \(number)")
        }
        #expect((100..<9_000).contains(read), "\(read) mutations were read: some must be, most must not")
    }
}
