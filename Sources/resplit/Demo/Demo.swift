import Foundation
import Model
import Optimizer
import Sim
import Splitting
import TelemetryStore

/// The whole demonstration: a plan set, the adaptive run, then the fixed policies on the same trace and frames.
struct Demo {
    struct Settings: Sendable {
        var model: String
        var trace: Trace
        var seconds: Int
        var slowdown: Double
        var rate: Double
        var isQuiet: Bool

        var frames: Int { Int(Double(seconds) * rate) }
        var frameInterval: Nanoseconds { Nanoseconds(seconds: 1 / rate) }
        var samples: String { PlanWorkshop.folderBeside(model) }
    }

    private let settings: Settings
    private let folder: DemoFolder

    init(_ settings: Settings, folder: DemoFolder) {
        self.settings = settings
        self.folder = folder
    }

    /// - Throws: `ChildProcessError`, and what making the plan set throws.
    func run() async throws -> DemoResult {
        let planSet = try plans()
        say(Self.heading)
        let adaptive = try await DemoRun(settings, folder: folder, planSet: planSet).adaptive { say($0) }
        let run = try await recorded()
        let hindsight = try Hindsight(run, trace: settings.trace)
        var fixed: [DemoOutcome] = []
        for plan in hindsight.nominees {
            say("\nnow fixed: \(plan.id), \(settings.seconds) s of the same trace …")
            var outcome = try await DemoRun(settings, folder: folder, planSet: planSet).fixed(plan)
            outcome.replayed = hindsight.summary(of: plan)
            fixed.append(outcome)
        }
        return DemoResult(
            planSet: planSet, adaptive: adaptive, fixed: fixed, comparison: try RunComparison(run))
    }

    /// The adaptive run, as its store has it.
    private func recorded() async throws -> RecordedRun {
        let store = try TelemetryStore.openToRead(path: folder.path(DemoRun.store))
        guard let boot = try await store.boots().last(where: { $0.device == DemoRun.device }) else {
            throw RecordedRunError.noFrames
        }
        let run = try await RecordedRun(boot, in: store)
        try await store.close()
        return run
    }

    static let heading = "   time     uplink      RTT  load   latency  plan"

    /// Heads in floats, the input raw or lossless: so the best plan is another as the trace goes. With heads in integers the edge
    /// alone would be best nearly throughout, at a slowdown at which the link matters at all.
    private func plans() throws -> PlanSet {
        say("timing the model on this machine and making its plan set …")
        let progress = Progress("preparing")
        var workshop = try PlanWorkshop(settings.model, integerHeads: false) { progress.show($0, $1) }
        workshop.planner.inputCodings = [.deflated]
        let planSet = try workshop.planSet { progress.show($0, $1) }
        progress.finish()
        try Files.write(planSet.encode(), to: folder.path("plans.json"))
        say(
            """
            \(planSet.plans.count) plans; the edge is emulated \(Format.fixed(settings.slowdown, 1)) times slower, \
            \(Format.fixed(settings.rate, 1)) frames/s
            the uplink below is emulated in user space: token bucket and delay, by the trace

            """)
        return planSet
    }

    private func say(_ text: String) {
        if settings.isQuiet { Emit.note(text) } else { Emit.line(text) }
    }
}
