import Foundation
import Model
import Sim
import Testing

private let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "scenarios/mobile-uplink/trace.csv")

/// The generator behind `scenarios/mobile-uplink/trace.csv`; its README tells the story.
private func mobileUplink() -> Trace? {
    let stretches: [Trace.Stretch] = [
        .init(steps: 14, uplink: (25, 25), rtt: (20, 20), spread: 0.18),
        .init(steps: 10, uplink: (20, 3), rtt: (30, 60), spread: 0.12),
        .init(steps: 5, uplink: (1, 1), rtt: (70, 80), spread: 0.2),
        .init(steps: 6, uplink: (0, 0), rtt: (60, 60), spread: 0),
        .init(steps: 7, uplink: (5, 8), rtt: (45, 35), spread: 0.12),
        .init(steps: 6, uplink: (9, 20), rtt: (30, 22), spread: 0.12),
        .init(steps: 12, uplink: (25, 25), rtt: (20, 20), spread: 0.18),
    ]
    let busy = Nanoseconds.seconds(20)..<Nanoseconds.seconds(28)
    return Trace.synthetic(
        stretches: stretches, step: .milliseconds(500), edgeLoad: { busy.contains($0) ? 1 : 0 }, seed: 2025)
}

@Suite struct MobileUplinkTests {
    /// `RESPLIT_RECORD=1` writes the file anew.
    @Test func theFileIsWhatItsGeneratorMakes() throws {
        let trace = try #require(mobileUplink())
        if ProcessInfo.processInfo.environment["RESPLIT_RECORD"] == "1" {
            try Data(trace.csv.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == trace.csv)
    }

    @Test func itTellsItsStory() throws {
        let trace = try Trace(csv: String(contentsOf: file, encoding: .utf8), source: file.lastPathComponent)
        #expect(trace.duration == .seconds(30) && trace.schedule.pieces.count == 60)
        func rates(_ from: Int64, _ to: Int64) -> [Double] {
            trace.schedule.pieces.filter {
                ($0.start - .zero) >= .milliseconds(from) && ($0.start - .zero) < .milliseconds(to)
            }.map(\.value.uplink.inMbps)
        }
        #expect(rates(0, 7_000).allSatisfy { $0 > 15 })
        #expect(rates(12_000, 14_500).allSatisfy { $0 > 0 && $0 < 2 })
        #expect(rates(14_500, 17_500).allSatisfy { $0 == 0 })
        #expect(rates(17_500, 30_000).allSatisfy { $0 > 3 })
    }
}

/// The file's conditions, on an edge whose work takes as many times longer as processes share it.
func goldenConditions() throws -> Schedule<Conditions> {
    let trace = try Trace(csv: String(contentsOf: file, encoding: .utf8), source: file.lastPathComponent)
    return trace.conditions { 1 + $0 }
}
