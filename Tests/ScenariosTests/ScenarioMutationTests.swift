import Foundation
import Model
import Optimizer
import Scenarios
import Testing

@Suite struct ScenarioMutationTests {
    /// 10,000 mutations of the shipped scenarios, and of one that says everything: a scenario, or one line.
    @Test func noMutationCrashes() throws {
        let shipped = try shippedFolders.map { folder in
            let files = try files(in: folder)
            return (files[Scenario.fileName] ?? "", files.mapValues(Self.shortened))
        }
        #expect(shipped.count >= 12)
        let originals = (shipped + [(wholeScenario, scenarioFiles)]).map { (Array($0.0.utf8), $0.1) }
        var planSets = fewPlanSets()
        var refused = 0
        for seed in 0..<10_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let (original, files) = originals[Int(seed) % originals.count]
            let text = String(decoding: random.nextMutation(of: original), as: UTF8.self)
            do {
                let scenario = try ScenarioReader.read(folder(text, files), planSets: &planSets)
                #expect(!scenario.seeds.isEmpty && !scenario.policies.isEmpty, "seed \(seed)")
            } catch let error as any InputError {
                refused += 1
                #expect(
                    !error.description.isEmpty && !error.description.contains { $0.isNewline }, "seed \(seed): \(error)"
                )
            } catch {
                Issue.record("seed \(seed): \(error) is no error of input")
            }
        }
        #expect(refused > 2000 && refused < 9500, "mutations are refused and accepted: \(refused)")
    }

    /// The first rows of a trace are as good as all, and read sooner.
    private static func shortened(_ text: String) -> String {
        guard text.hasPrefix("time_s") else { return text }
        return text.split(separator: "\n").prefix(10).joined(separator: "\n")
    }

    /// Makes the first few that are asked for, and gives out the last of them from then on.
    private func fewPlanSets() -> PlanSetMaker {
        var made: [PlanSet] = []
        return PlanSetMaker { network, options in
            if made.count > 30, let last = made.last { return last }
            made.append(try LayerTable.named(network).planSet(options))
            return made[made.count - 1]
        }
    }
}

extension SeededGenerator {
    /// `original` with one to four random changes: bytes altered or removed, a token put in place of a word, lines moved, left out
    /// or indented otherwise.
    fileprivate mutating func nextMutation(of original: [UInt8]) -> [UInt8] {
        let tokens = [
            "-1", "0", "1e400", "nan", "99999999999999999999", "3", "3Mbps", "20ms", "0s", "9e9h", "-5%", "~", "null",
            "[]",
            "{}", "[[[[", "&a", "*a", "\"\\n\"", "!!binary", "camera", "outage", "\u{0}", "é", "|", ">", "? ", ": ",
            "- ", "#",
        ]
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let start = Int.random(in: bytes.indices, using: &self)
            let end = min(bytes.count, start + Int.random(in: 1...10, using: &self))
            switch Int.random(in: 0..<6, using: &self) {
            case 0: bytes[start] = .random(in: 0...255, using: &self)
            case 1: bytes.removeSubrange(start..<end)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 3: changeLines(of: &bytes)
            default:
                let token = Array((tokens.randomElement(using: &self) ?? "").utf8)
                bytes.replaceSubrange(word(in: bytes, from: start), with: token)
            }
        }
        return bytes
    }

    private func word(in bytes: [UInt8], from start: Int) -> Range<Int> {
        let marks = Set(" \n,:{}[]".utf8)
        let first = bytes[start...].firstIndex { !marks.contains($0) } ?? start
        return first..<(bytes[first...].firstIndex { marks.contains($0) } ?? bytes.count)
    }

    private mutating func changeLines(of bytes: inout [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        let line = Int.random(in: lines.indices, using: &self)
        switch Int.random(in: 0..<3, using: &self) {
        case 0: lines.remove(at: line)
        case 1: lines.swapAt(line, Int.random(in: lines.indices, using: &self))
        default: lines[line].insert(contentsOf: "  ".utf8, at: 0)
        }
        bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }
}
