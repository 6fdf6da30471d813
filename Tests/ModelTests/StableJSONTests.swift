import FoundationEssentials
import Model
import Testing

@Suite struct StableJSONTests {
    private struct Document: Codable {
        var plans: [Entry]
        struct Entry: Codable { var bytes: Int }
    }

    private func error(_ text: String) -> DocumentError? {
        do throws(DocumentError) {
            _ = try StableJSON.decode(Document.self, from: Data(text.utf8), source: "plans.json")
            return nil
        } catch {
            return error
        }
    }

    @Test func namesThePlace() {
        #expect(error(#"{"plans": [{"bytes": 1}, {"bytes": "x"}]}"#)?.place == "plans[1].bytes")
        #expect(error(#"{"plans": [{}]}"#)?.description == "plans.json: 'plans[0].bytes' is missing")
        #expect(error("{")?.description == "plans.json: is not valid JSON")
        #expect(error(#"{"plans": []}"#) == nil)
    }

    private struct Values: Codable {
        var count: Int?
        var byte: UInt8?
        var share: Float?
        var name: String?
        var flag: Bool?
        var list: [Int]?
        var object: [String: Int]?
        var type: ElementType?
    }

    @Test(arguments: [
        ("count", "\"x\"", "is not a whole number"), ("share", "\"x\"", "is not a number"),
        ("name", "1", "is not text"),
        ("flag", "1", "is not true or false"), ("list", "1", "is not a list"), ("object", "[]", "is not an object"),
        ("type", "1", "is not text"), ("type", "\"float3\"", "is wrong: it is not one of float32, float16, "),
        // Numbers that the decoder only calls invalid, without their place.
        ("count", "1e400", "is not a number that fits"), ("share", "-1e400", "is not a number that fits"),
        ("count", "1000000000000000000000000000000", "is not a number that fits"),
        ("share", "1e39", "is not a number that fits"), ("count", "01", "is not a number that fits"),
    ])
    func saysWhatIsWrongInWords(key: String, value: String, problem: String) throws {
        let document = #"{"values": [null, {"list": [1, -2], "name": "a", "flag": false}, {"\#(key)": \#(value)}]}"#
        let error = try #require(throws: DocumentError.self) {
            try StableJSON.decode([String: [Values?]].self, from: Data(document.utf8), source: "plans.json")
        }
        #expect(error.description.hasPrefix("plans.json: 'values[2].\(key)' \(problem)"), "\(error)")
    }

    /// Which of the numbers is meant cannot be told without knowing the fields.
    @Test(arguments: [("count", "1.5"), ("byte", "256"), ("byte", "-1"), ("list", "[0.5]")])
    func saysThatANumberDoesNotFit(key: String, value: String) throws {
        let error = try #require(throws: DocumentError.self) {
            try StableJSON.decode(Values.self, from: Data(#"{"\#(key)": \#(value)}"#.utf8), source: "plans.json")
        }
        #expect(error.description.hasPrefix("plans.json: has a number that does not fit: a fraction where"), "\(error)")
    }

    /// Of several numbers the one that can't be meant at all is named, whatever the order.
    @Test func namesTheWorstNumber() throws {
        for document in [#"{"a": 1e30, "b": 1e400}"#, #"{"a": 1e400, "b": 1e30}"#] {
            let error = try #require(throws: DocumentError.self) {
                try StableJSON.decode([String: Int].self, from: Data(document.utf8), source: "")
            }
            #expect(error.place == (document.contains("\"b\": 1e400") ? "b" : "a"))
        }
    }

    @Test func equalValuesGiveEqualBytes() throws {
        let first = try StableJSON.encode(["b": 2.5, "a": 0.1, "c": 1e-9])
        #expect(first == (try StableJSON.encode(["c": 1e-9, "a": 0.1, "b": 2.5])))
        #expect(String(decoding: first, as: UTF8.self) == "{\n  \"a\" : 0.1,\n  \"b\" : 2.5,\n  \"c\" : 1e-09\n}\n")
    }

    @Test func seededGeneratorIsSplitMix64() {
        // First outputs of the reference implementation for seed 1234567.
        var random = SeededGenerator(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }
}
