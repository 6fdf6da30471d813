import Foundation
import Model
import Sim
import TestSupport
import Testing

@Suite struct PolicyNameTests {
    private func group(_ planSet: PlanSet) throws -> DeviceGroup {
        let state = Trace.State(uplink: .mbps(5), downlink: .mbps(5), rtt: .milliseconds(20))
        let trace = try #require(Trace(pieces: [.init(start: .zero, value: state)], duration: .seconds(1)))
        return DeviceGroup(
            name: "cameras", planSet: planSet, arrivals: .periodic(every: .milliseconds(100)), link: Link(trace: trace))
    }

    @Test func namesAreReadAsTheyAreWritten() throws {
        let all = PolicyName.named + [.fixed(planID: "mid@8"), .fixed(planID: "fixed:a:b")]
        for policy in all {
            #expect(try PolicyName(parsing: policy.description) == policy)
            #expect(try JSONDecoder().decode(PolicyName.self, from: JSONEncoder().encode(policy)) == policy)
        }
        #expect(Set(all.map(\.description)).count == all.count)
    }

    @Test(arguments: [
        ("adaptve", "no policy is called 'adaptve'; did you mean 'adaptive'?"),
        ("edge_only", "no policy is called 'edge_only'; did you mean 'edge-only'?"),
        (
            "fixed:",
            "no policy is called 'fixed:'; there are adaptive, edge-only, cloud-only, best-static, oracle, neurosurgeon, "
                + "dads, ans, hold-hysteresis, and fixed:PLAN-ID"
        ),
    ])
    func othersAreRefusedWithAHint(text: String, line: String) {
        #expect {
            try PolicyName(parsing: text)
        } throws: { "\($0)" == line }
    }

    @Test func fixedPoliciesRunTheirPlan() throws {
        let group = try group(madeUpPlanSet())
        let plans = group.planSet.plans
        func fixed(_ policy: PolicyName) throws -> String? {
            guard case .fixed(let plan) = try policy.driver(of: group) else { return nil }
            return plans[plan].id
        }
        #expect(try fixed(.edgeOnly) == "edge-only")
        #expect(try fixed(.cloudOnly) == "cloud-8")
        #expect(try fixed(.fixed(planID: "mid@4")) == "mid@4")
        #expect(try PolicyName.bestStatic.driver(of: group) == nil)
        for policy in PolicyName.named where policy.isCausal {
            #expect(try policy.driver(of: group) != nil)
        }
    }

    @Test func aPlanSetMayLackWhatAPolicyNeeds() throws {
        let group = try group(madeUpPlanSet(hasEdgeOnly: false))
        #expect(throws: PolicyError.lacksPlan(.edgeOnly, group: "cameras", kind: "for the edge alone")) {
            try PolicyName.edgeOnly.driver(of: group)
        }
        let wanted = PolicyError.noSuchPlan("mid@9", group: "cameras", nearest: "mid@4")
        #expect(throws: wanted) { try PolicyName.fixed(planID: "mid@9").driver(of: group) }
        #expect(
            wanted.description
                == "policy fixed:mid@9: the plan set of group 'cameras' has no such plan; did you mean 'mid@4'?")
    }

    @Test func intervalsAreMeans() {
        #expect(Arrivals.periodic(every: .milliseconds(40)).meanInterval == .milliseconds(40))
        #expect(Arrivals.poisson(perSecond: 8).meanInterval == .milliseconds(125))
        let bursts = Arrivals.bursts(size: 5, spacing: .milliseconds(1), every: .seconds(1))
        #expect(bursts.meanInterval == .milliseconds(200))
        let recorded = Arrivals.recorded([.zero, .milliseconds(10), .milliseconds(80)])
        #expect(recorded.meanInterval == .milliseconds(40))
        for arrivals in [Arrivals.recorded([.zero]), .recorded([]), .closedLoop(inFlight: 1, think: .zero)] {
            #expect(arrivals.meanInterval == nil)
        }
    }
}
