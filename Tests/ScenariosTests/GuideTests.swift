import Foundation
import Scenarios
import Sim
import Testing

@Suite struct GuideTests {
    private let guide: String

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        guide = try String(contentsOf: root.appending(path: "Guides/Scenarios.md"), encoding: .utf8)
    }

    /// Each section of the guide has a row for every key that the reader knows there, and no other, each with a default.
    @Test func namesEveryKey() {
        var rows: [String: [String]] = [:]
        var section = ""
        for line in guide.split(separator: "\n") {
            if line.hasPrefix("#") { section = line.filter { $0 != "#" && $0 != "`" && $0 != " " } }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            if line.hasPrefix("| `"), cells.count == 3, !cells[2].isEmpty {
                rows[section, default: []].append(cells[0].filter { $0 != "`" })
            }
        }
        for (title, keys) in ScenarioKeys.sections { #expect(rows[title] == keys, "section \(title)") }
        #expect(rows.count == ScenarioKeys.sections.count)
    }

    @Test func namesEveryFigureAndShippedScenario() {
        for metric in RunMetric.allCases { #expect(guide.contains("`\(metric.rawValue)`")) }
        for folder in shippedFolders { #expect(guide.contains("| `\(folder.lastPathComponent)` |")) }
    }

    /// The example is a scenario.
    @Test func theExampleReads() throws {
        let lines = guide.split(separator: "\n", omittingEmptySubsequences: false)
        let example = lines.drop { !$0.hasPrefix("    about:") }.prefix { $0.hasPrefix("    ") }
            .map { $0.dropFirst(4) }.joined(separator: "\n")
        let scenario = try ScenarioReader.read(folder(example))
        #expect(scenario.seeds == [1, 2, 3] && scenario.world.faults.count == 1 && scenario.expectations.count == 2)
    }
}
