import Foundation
import Model
import Optimizer
import Testing

@Suite struct PlanSetDocumentTests {
    /// The example of the guide.
    private func golden() throws -> Data {
        let guide = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Guides/PlanSet.md")
        let text = try String(contentsOf: guide, encoding: .utf8)
        let start = try #require(text.range(of: "```json\n"))
        let end = try #require(text.range(of: "```\n", range: start.upperBound..<text.endIndex))
        return Data(text[start.upperBound..<end.lowerBound].utf8)
    }

    @Test func theGuidesExampleIsReadAndWrittenToTheByte() throws {
        let set = try PlanSet.decode(from: golden(), source: "plans.json")
        #expect(set.plans.map(\.id) == ["cloud-8", "add_3+1@4", "edge-only"])
        let split = try #require(set.plan(id: "add_3+1@4"))
        #expect(split.crossing.map(\.name) == ["relu_7", "add_3"])
        #expect(split.crossing.reduce(0) { $0 + $1.packedBytes } == split.transmitBytes)
        #expect(split.crossing[1].range == ValueRange(low: -3.5, high: 4.25))
        #expect(split.cloudWork == Nanoseconds(12_700_001))
        #expect(split.accuracy?.agreement == 0.99)
        #expect(set.reference?.topOne == 0.98)
        #expect(String(decoding: try set.encode(), as: UTF8.self) == String(decoding: try golden(), as: UTF8.self))
    }

    @Test func plansInAnotherOrderAreSorted() throws {
        let root = try #require(try JSONSerialization.jsonObject(with: golden()) as? [String: Any])
        let plans = try #require(root["plans"] as? [Any])
        let reversed = try edited(golden(), ["plans"], Array(plans.reversed()))
        #expect(try PlanSet.decode(from: reversed, source: "").encode() == golden())
    }

    @Test func whatIsWrongIsNamed() throws {
        let cases: [(path: [Any], value: Any?, place: String)] = [
            (["version"], 2, "version"), (["version"], nil, "version"),
            (["model", "sha256"], "12", "model.sha256"),
            (["model", "sha256"], String(repeating: "é", count: 32), "model.sha256"),
            (["plans"], [Any](), "plans"),
            (["plans", 1, "id"], "cloud-8", "plans[1].id"), (["plans", 1, "id"], "", "plans[1].id"),
            (["plans", 1, "head_layers"], -1, "plans[1].head_layers"),
            (["plans", 1, "edge_ms"], -0.5, "plans[1].edge_ms"), (["plans", 1, "edge_ms"], 1e12, "plans[1].edge_ms"),
            (["plans", 1, "edge_ms"], 4e6, "plans[1].edge_ms"), (["plans", 1, "encode_ms"], -1, "plans[1].encode_ms"),
            (["plans", 1, "cloud_ms"], -1, "plans[1].cloud_ms"),
            (["plans", 1, "transmit_bytes"], -1, "plans[1].transmit_bytes"),
            (["plans", 1, "transmit_bytes"], 1 << 41, "plans[1].transmit_bytes"),
            (["plans", 1, "transmit_bytes"], nil, "plans[1].transmit_bytes"),
            (["plans", 1, "result_bytes"], -1, "plans[1].result_bytes"),
            (["plans", 1, "edge_bytes"], -1, "plans[1].edge_bytes"),
            (["plans", 1, "distortion"], -0.5, "plans[1].distortion"),
            (["plans", 1, "coding"], "zip", "plans[1].coding"),
            (["plans", 1, "cut", 1, "name"], "relu_7", "plans[1].cut[1].name"),
            (["plans", 1, "cut", 1, "range"], nil, "plans[1].cut[1].range"),
            (["plans", 1, "cut", 1, "range", "low"], 9, "plans[1].cut[1].range"),
            (["plans", 1, "cut", 1, "element_type"], "int64", "plans[1].cut[1].transmit_bits"),
            (["plans", 1, "cut", 1, "transmit_bits"], 17, "plans[1].cut[1].transmit_bits"),
            (["plans", 1, "cut", 1, "shape"], [1 << 30, 1 << 20], "plans[1].cut[1].shape"),
            (["plans", 1, "cut", 1, "shape"], [1 << 40, 1 << 40], "plans[1].cut[1].shape"),
            (["plans", 1, "cut", 1, "shape"], [-1], "plans[1].cut[1].shape"),
            (["plans", 1, "accuracy", "agreement"], 1.5, "plans[1].accuracy.agreement"),
            (["plans", 1, "accuracy", "top_one"], -0.1, "plans[1].accuracy.top_one"),
            (["plans", 1, "accuracy", "samples"], 0, "plans[1].accuracy.samples"),
            (["plans", 1, "accuracy", "lost"], -1, "plans[1].accuracy.lost"),
            (["plans", 1, "accuracy", "gained"], 301, "plans[1].accuracy.gained"),
            (["plans", 1, "accuracy", "labelled"], 301, "plans[1].accuracy.labelled"),
            (["plans", 1, "transmit_bytes_p95"], -1, "plans[1].transmit_bytes_p95"),
            (["reference", "agreement"], 2, "reference.agreement"),
            (["plans", 2, "encode_ms"], 1, "plans[2].encode_ms"),
            (["plans", 2, "transmit_bytes"], 1, "plans[2].transmit_bytes"),
            (["plans", 2, "cloud_ms"], 1, "plans[2].cloud_ms"),
            (["plans", 2, "result_bytes"], 1, "plans[2].result_bytes"),
        ]
        for (path, value, place) in cases {
            let document = try edited(golden(), path, value)
            do throws(DocumentError) {
                _ = try PlanSet.decode(from: document, source: "plans.json")
                Issue.record("\(path) = \(String(describing: value)) was read")
            } catch {
                #expect(error.place == place, "\(error)")
                #expect(error.description.hasPrefix("plans.json: '\(place)' "))
                #expect(!error.description.contains("\n"))
            }
        }
    }

    @Test func headsMustBeInNumbersThatThereAre() throws {
        let head = HeadPrecision(
            weights: .eightBits, layers: ["conv": .fourBits], activations: ["a": ValueRange(low: -1, high: 2)])
        let encoded = try JSONSerialization.jsonObject(with: StableJSON.encode(head))
        let document = try edited(golden(), ["plans", 1, "head_precision"], encoded)
        #expect(try PlanSet.decode(from: document, source: "plans.json").plans[1].headPrecision == head)
        let cases: [(path: [Any], value: Any?, place: String)] = [
            (["activation_ranges", "a", "low"], 3, "activation_ranges.a"),
            (["activation_ranges", "a", "high"], -1.5, "activation_ranges.a"),
            (["activation_ranges", "a", "high"], nil, "activation_ranges.a.high"),
            (["weight_bits"], 17, "weight_bits"), (["weight_bits"], 0, "weight_bits"),
            (["layer_weight_bits", "conv"], 33, "layer_weight_bits.conv"),
        ]
        for (path, value, place) in cases {
            let damaged = try edited(document, ["plans", 1, "head_precision"] + path, value)
            let error = try #require(throws: DocumentError.self, "\(path)") {
                try PlanSet.decode(from: damaged, source: "plans.json")
            }
            #expect(error.place == "plans[1].head_precision.\(place)", "\(error)")
        }
    }

    @Test func mutationsNeverCrash() throws {
        let golden = try golden()
        var random = SeededGenerator(seed: 20)
        var read = 0
        for number in 0..<10_000 {
            let document = random.nextMutation(of: golden)
            guard let set = try? PlanSet.decode(from: document, source: "plans.json") else { continue }
            read += 1
            // What was read can be used and written.
            let conditions = random.nextConditions()
            let explanation = set.explanation(under: conditions)
            #expect(explanation != nil, "mutation \(number)")
            let written = try set.encode()
            #expect(try PlanSet.decode(from: written, source: "") == set, "mutation \(number)")
        }
        #expect((100..<9_000).contains(read), "\(read) mutations were read: some must be, most must not")
    }
}
