import Foundation
import Model
import Scenarios
import Sim
import Testing

@Suite struct ScenarioLogTests {
    /// What happens in the first half minute of each shipped scenario is what can happen in its world, whoever decides.
    @Test(arguments: shippedFolders.map(\.path))
    func logsOfShippedScenariosHold(path: String) throws {
        var scenario = try Scenario.read(folder: path)
        scenario.world.duration = min(scenario.world.duration, .seconds(30))
        var options = RecordingOptions()
        options.log = true
        for policy in scenario.policies where policy != .bestStatic {
            let run = try scenario.run(policy, seed: 1, recording: options)
            #expect(run.log.count(where: { $0.kind == .captured && $0.frame != nil }) >= run.summary.frames)
            let breaches = LogChecker.breaches(in: run.log, of: scenario.world)
            #expect(breaches.isEmpty, "\(scenario.name), \(policy): \(breaches.prefix(3))")
        }
    }
}
