import Controller
import FoundationEssentials
import Model
import Optimizer
import Service
import Testing

@Suite struct ControllerFileTests {
    private let whole = """
        listen: 127.0.0.1:7700
        plans: plans.json
        store: run.sqlite
        record_events: true
        retention_ms: 3600000
        retention_bytes: 1000000
        settings:
          objective: p95
          move_cost_ms: 500
          canary_frames: 3
          mode: shadow
        """

    private func read(_ text: String) throws(DocumentError) -> ControllerFile {
        try ControllerFile.decode(from: Data(text.utf8), source: "controller.yaml")
    }

    @Test func readsEveryKey() throws {
        let file = try read(whole)
        #expect(file.listen == "127.0.0.1:7700" && file.plans == "plans.json" && file.store == "run.sqlite")
        #expect(file.recordEvents && file.retention == .seconds(3600))
        #expect(file.retentionBytes == 1_000_000)
        #expect(file.settings.objective == .quantile(0.95) && file.settings.moveCost == .milliseconds(500))
        #expect(file.settings.mode == .shadow)
    }

    @Test func anEmptyFileIsTheDefaults() throws {
        #expect(try read("").settings == .standard)
        #expect(try read("# nothing\n").settings == .standard)
    }

    @Test func refusesWithOneLine() {
        let wrong = [
            "lisen: x": "did you mean 'listen'?",
            "settings:\n  objectiv: mean": "'settings.objectiv' is no setting; did you mean 'objective'?",
            "settings:\n  herd_spread: 700": "herd_spread",
            "- a\n- b": "is not a list of settings",
            "a: [": "is not YAML",
            "record_events: maybe": "record_events",
            "retention_ms: 0": "it must be above 0", "retention_bytes: -1": "it must be above 0",
        ]
        for (text, words) in wrong.sorted(by: { $0.key < $1.key }) {
            do throws(DocumentError) {
                _ = try read(text)
                Issue.record("accepted: \(text)")
            } catch {
                #expect(error.description.contains(words), "\(error)")
                #expect(!error.description.contains("\n"), "\(error)")
            }
        }
    }

    @Test func survivesTenThousandMutations() {
        let bytes = Array(whole.utf8)
        for seed in 0..<10_000 {
            var random = SeededGenerator(seed: UInt64(seed))
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: mutated.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: mutated[place] = UInt8.random(in: 0...255, using: &random)
                case 1: mutated.insert(UInt8.random(in: 0...127, using: &random), at: place)
                case 2: mutated.removeSubrange(place..<min(place + 5, mutated.count - 1))
                default: mutated.append(contentsOf: mutated[place...].prefix(20))
                }
            }
            do throws(DocumentError) {
                _ = try ControllerFile.decode(from: Data(mutated), source: "mutated")
            } catch {
                #expect(!error.description.isEmpty, "seed \(seed)")
            }
        }
    }
}
