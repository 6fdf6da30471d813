public import Controller
import Model
public import Sim

/// A recorded scenario: a world, who is to decide in it, and what a person expects of the outcome. See `Guides/Scenarios.md`.
public struct Scenario: Sendable {
    /// That of its folder.
    public var name: String
    /// One or two sentences for a person.
    public var about: String
    public var world: World
    public var policies: [PolicyName]
    /// Each policy runs once for every seed.
    public var seeds: [UInt64]
    /// Of the controller, where the policy is the product's own.
    public var settings: ControllerSettings
    /// Judged for each seed, apart from what was recorded.
    public var expectations: [Expectation]

    /// The file in a scenario's folder.
    public static let fileName = "scenario.yaml"
    /// What is run where the scenario names no policies.
    public static let standardPolicies = [PolicyName.adaptive, .edgeOnly, .cloudOnly, .bestStatic, .oracle]
}
