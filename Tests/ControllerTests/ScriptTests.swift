import Controller
import Foundation
import Model
import Telemetry
import TestSupport
import Testing

/// Scripts tell a story in events, each at its time in milliseconds, and under each event what the controller does about it.
/// `RESPLIT_RECORD=1` writes the answers anew, to be reviewed as a difference.
private let scripts = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scripts")

private struct ScriptError: Error, CustomStringConvertible {
    var description: String
}

/// `uplink=20 rtt=20 slowdown=1 confidence=0.5`: a window of five equal samples; what is left out is 20 Mbit/s, 20 ms, 1, and 1.
private func conditions(_ words: [Substring]) throws -> Event {
    var (uplink, rtt, slowdown, confidence) = (20.0, 20.0, 1.0, 1.0)
    for word in words {
        let parts = word.split(separator: "=")
        switch (parts.first, parts.last.flatMap { Double($0) }) {
        case ("uplink", let value?): uplink = value
        case ("rtt", let value?): rtt = value
        case ("slowdown", let value?): slowdown = value
        case ("confidence", let value?): confidence = value
        default: throw ScriptError(description: "\(word)?")
        }
    }
    let sample = Conditions(
        uplink: .mbps(uplink), downlink: .mbps(uplink), rtt: Nanoseconds(milliseconds: rtt), edgeSlowdown: slowdown)
    guard let window = ConditionsWindow(samples: [Conditions](repeating: sample, count: 5)) else {
        throw ScriptError(description: "a window has samples")
    }
    let reading = MetricReading(value: 1, age: .zero, confidence: confidence)
    return .conditions(window, Evidence(uplink: reading, edgeSlowdown: reading))
}

private func event(_ words: [Substring]) throws -> Event {
    let epoch = words.dropFirst().first.flatMap { Int($0) }
    switch (words[0], epoch) {
    case ("attached", _):
        guard words.count == 3, let epoch = Int(words[2]) else { break }
        return .attached(activePlan: words[1] == "-" ? nil : String(words[1]), epoch: epoch)
    case ("detached", _): return .detached
    case ("conditions", _): return try conditions(Array(words.dropFirst()))
    case ("served", let epoch?):
        // `served EPOCH FRAMES SERVICE EDGE CLOUD`, times in milliseconds.
        let numbers = words.dropFirst(2).compactMap { Double($0) }
        guard numbers.count == 4 else { break }
        let times = numbers.dropFirst().map { Nanoseconds(milliseconds: $0) }
        return .served([
            Served(epoch: epoch, frames: Int(numbers[0]), service: times[0], edge: times[1], cloud: times[2])
        ])
    case ("wake", _): return .wake
    case ("prepared", let epoch?): return .prepared(epoch)
    case ("prepare-failed", let epoch?):
        return .prepareFailed(epoch, reason: words.dropFirst(2).joined(separator: " "))
    case ("activated", let epoch?): return .activated(epoch)
    case ("drained", let epoch?): return .drained(epoch)
    case ("link-lost", _): return .linkLost
    case ("link-restored", _): return .linkRestored
    case ("pin", _) where words.count == 2: return .pin(planID: String(words[1]))
    case ("unpin", _): return .unpin
    case ("mode", _):
        if let mode = Mode(rawValue: String(words[words.count - 1])) { return .mode(mode) }
    default: break
    }
    throw ScriptError(description: "no event: \(words.joined(separator: " "))")
}

private func answer(_ action: Action) -> String {
    switch action {
    case .prepare(let plan, let epoch): "prepare \(plan.id) as \(epoch)"
    case .activate(let epoch): "activate \(epoch)"
    case .retire(let epoch): "retire \(epoch)"
    case .wake(let time): "wake at \(Double(time.nanoseconds) / 1e6)"
    case .record(let decision):
        "\(decision.kind.rawValue) [\(decision.epoch)] \(decision.from ?? "-") > \(decision.to ?? "-"): \(decision.reason)"
    }
}

private func times(_ word: Substring) -> [Double]? {
    let ends = word.split(separator: ".", omittingEmptySubsequences: true).compactMap { Double($0) }
    guard ends.count == 2, word.contains("..") else { return Double(word).map { [$0] } }
    return Array(stride(from: ends[0], through: ends[1], by: 100))
}

/// The script with the controller's answers in place of those written. `@1000..1500` is every 100 ms; the answers follow the last.
/// Moves cost nothing, so that one look at the conditions decides, but where the first line says `# move_cost_ms: 50`.
private func play(_ text: String) throws -> String {
    let price = text.wholeMatch(of: /# move_cost_ms: (\d+)\n(?s:.*)/).flatMap { Int64($0.output.1) }
    var controller = SplitController(
        planSet: madeUpPlanSet(), settings: try ControllerSettings(moveCost: .milliseconds(price ?? 0)))
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("    ") {
        lines.append(String(line))
        guard line.first == "@" else { continue }
        let words = line.dropFirst().split(separator: " ")
        guard words.count > 1, let times = times(words[0]) else { throw ScriptError(description: "no time: \(line)") }
        for time in times {
            let actions = try controller.step(
                event(Array(words.dropFirst())), at: .zero + Nanoseconds(milliseconds: time))
            lines += actions.map { "    " + answer($0) + (time > times[0] ? " (at \(Int(time)))" : "") }
        }
    }
    return lines.joined(separator: "\n")
}

private let stories = [
    "steady", "fade", "outage", "restore", "prepare-fails", "prepare-late", "pin", "reattach", "shadow",
    "regret", "canary",
]

@Suite struct ScriptTests {
    @Test(arguments: stories)
    func storyIsToldTheSame(name: String) throws {
        let file = scripts.appending(path: "\(name).txt")
        let written = try String(contentsOf: file, encoding: .utf8)
        let played = try play(written)
        if ProcessInfo.processInfo.environment["RESPLIT_RECORD"] == "1" {
            try Data(played.utf8).write(to: file)
        }
        #expect(played == written, "Scripts/\(name).txt")
        #expect(played.contains("\n    "), "the story has answers")
    }
}
