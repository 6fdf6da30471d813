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
        #expect(error(#"{"plans": [{"bytes": 1e40}]}"#) != nil)
        #expect(error(#"{"plans": []}"#) == nil)
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
