import Foundation
import Model

/// The outcomes as text.
struct Report {
    var outcomes: [Outcome]
    /// Whether each match has its line.
    var each: Bool

    func print() {
        if each {
            for outcome in outcomes { line(outcome) }
            Swift.print()
        }
        byTrace()
        shortfalls()
        total()
    }

    private static let columns = [
        "oracle", "adaptive", "best-static", "edge-only", "cloud-only", "neurosurgeon", "dads", "ans",
        "hold-hysteresis",
    ]

    /// The regret of every policy, a line a trace: geometric means over models and slowdowns.
    private func byTrace() {
        Swift.print("regret to a clairvoyant in mean latency, by trace\n")
        row("trace", Self.columns.map { String($0.prefix(12)) } + ["nearest", "moves/h"])
        var traces: [String] = []
        for outcome in outcomes where traces.last != outcome.match.trace { traces.append(outcome.match.trace) }
        for trace in traces { row(trace, cells(Summary(outcomes.filter { $0.match.trace == trace }))) }
        Swift.print()
        for load in Load.allCases { part("\(load.rawValue) load") { $0.match.load == load } }
        for model in Set(outcomes.map(\.match.model)).sorted() { part(model) { $0.match.model == model } }
        for slowdown in Set(outcomes.map(\.match.slowdown)).sorted() {
            part("slowdown \(fixed(slowdown, 0))") { $0.match.slowdown == slowdown }
        }
        row("all", cells(Summary(outcomes)))
        Swift.print()
    }

    private func part(_ name: String, _ isOfPart: (Outcome) -> Bool) {
        let part = outcomes.filter(isOfPart)
        if !part.isEmpty { row(name, cells(Summary(part))) }
    }

    private func cells(_ summary: Summary) -> [String] {
        Self.columns.map { percent(summary.regret[$0] ?? .nan) }
            + [percent(summary.nearest), fixed(summary.movesAnHour, 0)]
    }

    /// The matches that miss a bound, worst first.
    private func shortfalls() {
        let missed = outcomes.filter { !$0.holds }.sorted { severity(of: $0) > severity(of: $1) }
        guard !missed.isEmpty else { return }
        Swift.print("\(missed.count) matches in which adaptive falls short, worst first\n")
        for outcome in missed.prefix(each ? missed.count : 25) { line(outcome) }
        if !each, missed.count > 25 { Swift.print("… and \(missed.count - 25) more; --each lists all") }
        Swift.print()
    }

    private func severity(of outcome: Outcome) -> Double {
        max(outcome.meanToBestStatic, outcome.p95ToBestStatic, outcome.adaptive.mean / outcome.bestRival.mean)
    }

    private func line(_ outcome: Outcome) {
        let all = outcome.named.map { "\($0.name) \(fixed($0.standing.mean, 1))" }.joined(separator: ", ")
        Swift.print(
            """
            \(outcome.match.trace), \(outcome.match.model), slowdown \(fixed(outcome.match.slowdown, 0)), \(outcome.match.load.rawValue), every \
            \(fixed(outcome.match.interval.inMilliseconds, 0)) ms: mean \(fixed(outcome.meanToBestStatic, 3)) and p95 \
            \(fixed(outcome.p95ToBestStatic, 3)) of best-static (\(outcome.bestStatic.policy)), \
            \(fixed(outcome.adaptive.mean / outcome.bestRival.mean, 3)) of \(outcome.bestRival.policy), \
            \(outcome.adaptive.moves) moves, \(outcome.adaptive.lost) lost
                clairvoyant \(fixed(outcome.clairvoyant, 1)), \(all) ms
            """)
    }

    private func total() {
        let summary = Summary(outcomes)
        let regrets = Self.columns.map { "\($0) \(percent(summary.regret[$0] ?? .nan))" }.joined(separator: ", ")
        let beaten = summary.beatenBy.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) in \($0.value)" }.joined(separator: ", ")
        Swift.print(
            """
            \(summary.matches) matches
            adaptive nearest to the clairvoyant of all that decide: \(percent(summary.nearest)) of matches (bound 90 %); nearer: \(beaten)
            mean to best-static: worst \(fixed(summary.worstMean, 3)), within 1.05 in \(percent(summary.meanHolds))
            p95 to best-static: worst \(fixed(summary.worstP95, 3)), within 1.05 in \(percent(summary.p95Holds))
            frames lost beyond best-static's: \(summary.lost)
            regret to a clairvoyant, geometric mean: \(regrets) (aim 8 %)
            moves an hour: \(fixed(summary.movesAnHour, 1))
            """)
    }

    private func row(_ head: String, _ cells: [String]) {
        let name = head.count > 48 ? "…" + head.suffix(47) : head
        let padded = cells.map { String(repeating: " ", count: max(1, 13 - $0.count)) + $0 }
        Swift.print(name.padding(toLength: 48, withPad: " ", startingAt: 0) + padded.joined())
    }

    private func percent(_ share: Double) -> String { share.isFinite ? "\(fixed(share * 100, 1)) %" : "-" }

    private func fixed(_ value: Double, _ places: Int) -> String {
        value.isFinite ? String(format: "%.\(places)f", value) : "-"
    }
}
