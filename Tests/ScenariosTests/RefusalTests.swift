import Model
import Scenarios
import Testing

@Suite struct RefusalTests {
    /// The whole scenario with one piece of its text replaced, and what is said about it.
    private static let wrong: [(old: String, new: String, line: String)] = [
        ("duration: 60s", "duration: 60", ":2: 'duration' is '60'; write a time with its unit, as in 20ms"),
        ("duration: 60s", "", ": lacks 'duration'"),
        ("duration: 60s", "duration: 40000h", "it must lie between 1ms and 744h"),
        ("seeds: [1, 5..7]", "seeds: [1, 7..5]", ":3: 'seeds[1]' is no seed"),
        ("seeds: [1, 5..7]", "seeds: 0..99999", "makes more than 10000 seeds"),
        ("seeds: [1, 5..7]", "seeds: [1, 1]", "names a seed twice"),
        ("[adaptive, edge-only", "[adaptiv, edge-only", "did you mean 'adaptive'?"),
        ("[adaptive, edge-only", "[edge-only, edge-only", "names 'edge-only' a second time"),
        (
            "retry_delay_ms", "retry_dela_ms",
            "'settings.retry_dela_ms' is no setting; did you mean 'retry_delay_ms'?"
        ),
        ("objective: p95", "objective: best", "'settings.objective' is wrong"),
        ("count: 3", "cuont: 3", "'devices.camera.cuont' is no setting; did you mean 'count'?"),
        ("count: 3", "count: 0", "'devices.camera.count' is '0'; it must lie between 1 and 10000"),
        (
            "layers: mobilenet_v2, edge: \"roofline:2,4\", cloud", "layers: mobilenet_v, cloud",
            "did you mean 'mobilenet_v2'?"
        ),
        ("bits: [4, 8]", "bits: [4, 40]", "'devices.camera.plans.bits[1]' is no number of bits"),
        (
            "cloud: \"roofline:2000,300\"", "cloud: roofline",
            "'devices.camera.plans' makes no plans: 'roofline' would be a profile"
        ),
        ("cloud: \"roofline:2000,300\"", "cloud: \"roofline:x\"", "'devices.camera.plans.cloud' is no site"),
        ("edge-only: {edge: 1.2}", "edge: {edge: 1.2}", "'devices.camera.truth.edge' is no setting"),
        ("first_plan: edge-only", "first_plan: egde-only", "did you mean 'edge-only'?"),
        ("{periodic: {every: 100ms}}", "{periodic: {every: 100ms}, poisson: {rate: 1/s}}", "is to have one key"),
        ("{periodic: {every: 100ms}}", "{periodic: {every: 0s}}", "it must lie between 1us and 24h"),
        ("rate: 90/min", "rate: 90", "write a frequency with its unit, as in 10/s"),
        ("late: true", "late: yes", "'devices.camera.drop.late' is not true or false"),
        ("{0s: 1, 20s: 3}", "{5s: 1, 20s: 3}", "has times that do not begin at 0s and ascend"),
        ("{0s: 1, 20s: 3}", "{0s: 1, soon: 3}", "'devices.camera.edge.slowdown.soon' is no time to hold from"),
        ("throttle_at: 70C", "throttle_at: 70", "write a temperature with its unit, as in 75C"),
        ("throttle_at: 70C", "throttle_at: 50C", "lower release_at"),
        ("radio=lte", "radoi=lte", "is no energy model: energy 'radoi' is not known; did you mean 'radio'?"),
        ("trace: drive.csv\n", "trace: driv.csv\n", "names 'driv.csv', which cannot be read"),
        ("cell: tower", "cell: towr", "'devices.camera.link.cell' is 'towr'; did you mean 'tower'?"),
        ("queue_limit: 1MiB", "queue_limit: 1000", "write a size with its unit, as in 4MiB"),
        ("plans: plans.json\n    frames: {bursts", "plans: arrivals.txt\n    frames: {bursts", "arrivals.txt: is not"),
        ("edge: {load: drive.csv", "edge: {load: table.csv", "table.csv"),
        ("columns: [\"time=1:s\"", "columns: [\"tiem=1:s\"", "says of no column what it is"),
        (
            "table.csv, columns: [\"time=1:s\", \"uplink=2:Mbps\"], rtt: 20ms",
            "table.csv, columns: [\"time=1:s\", \"uplink=2:Mbps\"]", "is a trace without a round trip"
        ),
        (
            "uplink: 5Mbps, downlink", "format: csv, uplink: 5Mbps, downlink",
            "says how to read a trace, but no trace is named"
        ),
        ("uplink: 5Mbps, downlink", "downlink", "lacks 'uplink'"),
        ("marginal: 0.3", "marginal: 1.3", "it must lie between 0.0 and 1.0"),
        ("least: 2, most: 8", "least: 9, most: 8", "has fewer workers at most than at least"),
        ("- outage: {from: 10s, to: 12s", "- outage: {from: 12s, to: 12s", "ends before it begins, or at once"),
        ("devices: [camera, drone]", "devices: [camera, dron]", "did you mean 'drone'?"),
        ("workers: 2}", "factor: 2}", "'faults[2].worker_crash.factor' is no setting"),
        ("metric: uplink_bps", "metric: uplink", "did you mean 'uplink_bps'?"),
        ("by: -2s", "by: -2", "write a time with its unit"),
        (
            "controller_away", "controler_away",
            "'faults[4].controler_away' is no setting; did you mean 'controller_away'?"
        ),
        ("  workers: 4\n", "", "made-up/scenario.yaml: world: "),
        ("lost: 0", "losst: 0", "bounds no figure of a run; did you mean 'lost'?"),
        ("lost: 0", "lost: no more", "is no bound"),
        ("1.05 of best-static", "1.05 of fixed:a", "speaks of 'fixed:a', which is not run here"),
    ]

    @Test func saysWhatIsWrongAndWhere() throws {
        var planSets = PlanSetMaker()
        for (old, new, line) in Self.wrong {
            #expect(wholeScenario.contains(old), "\(old)")
            let text = wholeScenario.replacing(old, with: new, maxReplacements: 1)
            do {
                _ = try ScenarioReader.read(folder(text), planSets: &planSets)
                Issue.record("accepted: \(new)")
            } catch {
                #expect("\(error)".contains(line), "\(new): \(error)")
                #expect(!"\(error)".contains { $0.isNewline } && error is any InputError, "\(new): \(error)")
            }
        }
    }

    @Test func aFolderWithoutAFileSaysSo() {
        let line = "x/scenario.yaml: cannot be read: there is no such file"
        do {
            _ = try Scenario.read(folder: "x")
            Issue.record("accepted")
        } catch {
            #expect("\(error)".contains("cannot be read"), "\(error), not \(line)")
        }
        #expect(throws: (any Error).self) { try ScenarioReader.read(folder("")) }
    }
}
