import Scenarios

/// What a check of scenarios found.
struct ScenarioCheckReport: Encodable {
    struct Line: Encodable {
        var name: String
        var isOK: Bool
        var differences: [String]

        enum CodingKeys: String, CodingKey { case name, isOK = "ok", differences }
    }

    var scenarios: [Line]

    init(_ checks: [ScenarioCheck]) {
        scenarios = checks.map {
            Line(name: $0.name, isOK: $0.isOK, differences: $0.differences.map(\.description))
        }
    }

    var isOK: Bool { scenarios.allSatisfy(\.isOK) }

    /// A line a scenario, and below it what differs.
    var text: String {
        let width = scenarios.map(\.name.count).max() ?? 0
        let lines = scenarios.flatMap { scenario in
            let padding = String(repeating: " ", count: width - scenario.name.count)
            let verdict = scenario.isOK ? "ok" : "\(scenario.differences.count) differ"
            return ["\(scenario.name)\(padding)  \(verdict)"] + scenario.differences.map { "    \($0)" }
        }
        let good = scenarios.count(where: \.isOK)
        return (lines + ["\(good) of \(scenarios.count) scenarios are as expected"]).joined(separator: "\n")
    }
}
