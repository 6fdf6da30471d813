import Controller
import FoundationEssentials
import Model
import TestSupport
import Testing

@Suite struct EventTests {
    @Test(arguments: [
        (
            Event.attached(activePlan: "mid@8", epoch: 3),
            #"{"attached":{"active_plan":"mid@8","epoch":3,"last_epoch":0}}"#
        ),
        (.detached, #"{"detached":{}}"#),
        (.prepareFailed(4, reason: "no memory"), #"{"prepare_failed":{"epoch":4,"reason":"no memory"}}"#),
        (.activated(4), #"{"activated":{"epoch":4}}"#),
        (.linkLost, #"{"link_lost":{}}"#),
        (.pin(planID: "mid@8"), #"{"pin":{"plan":"mid@8"}}"#),
        (.mode(.shadow), #"{"mode":{"mode":"shadow"}}"#),
    ])
    func eventsAsJSON(event: Event, json: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try String(decoding: encoder.encode(event), as: UTF8.self) == json)
        #expect(try JSONDecoder().decode(Event.self, from: Data(json.utf8)) == event)
    }

    @Test func actionsSurviveJSON() throws {
        let conditions = Conditions(uplink: .mbps(20), downlink: .mbps(20), rtt: .milliseconds(20))
        let window = try #require(ConditionsWindow(samples: [conditions, conditions, conditions]))
        var controller = SplitController(
            planSet: madeUpPlanSet(), settings: try ControllerSettings(moveCost: .zero))
        var actions = controller.step(.attached(activePlan: "edge-only", epoch: 0), at: .zero)
        actions += controller.step(.conditions(window), at: .zero + .seconds(2))
        #expect(actions.contains { if case .prepare = $0 { true } else { false } })
        let data = try StableJSON.encode(actions)
        #expect(try StableJSON.decode([Action].self, from: data, source: "actions") == actions)
        let text = String(decoding: data, as: UTF8.self)
        for key in ["record", "time_ns", "predicted_ms", "move_cost_ms", "stays_while", "at_ns"] {
            #expect(text.contains("\"\(key)\""), "\(key)")
        }
    }
}
