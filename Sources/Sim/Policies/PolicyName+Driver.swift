public import Controller
import Model
import Optimizer

extension PolicyName {
    /// Who decides for each device of a group. `nil` for `bestStatic`, which is known only when all fixed plans have run.
    ///
    /// - Parameter settings: of `adaptive`; the workload is the group's where it says none.
    /// - Throws: `PolicyError` where the group's plan set lacks what the policy needs.
    public func driver(
        of group: DeviceGroup, settings: ControllerSettings = .standard
    ) throws(PolicyError) -> Driver? {
        let planSet = group.planSet
        switch self {
        case .adaptive: return .causal(AdaptivePolicy(group, settings: settings))
        case .edgeOnly: return .fixed(try position(in: group, kind: "for the edge alone", \.isEdgeOnly))
        case .cloudOnly: return .fixed(try position(in: group, kind: "for the cloud alone", \.isCloudOnly))
        case .fixed(let planID):
            guard let plan = planSet.plans.firstIndex(where: { $0.id == planID }) else {
                throw .noSuchPlan(
                    planID, group: group.name, nearest: nearestName(to: planID, among: planSet.plans.map(\.id)))
            }
            return .fixed(plan)
        case .bestStatic: return nil
        case .oracle: return .oracle
        case .neurosurgeon: return .causal(ChoosingPolicy(Neurosurgeon(planSet: planSet), planSet: planSet))
        case .dads:
            let dads = DADS(planSet: planSet, frameInterval: group.arrivals.meanInterval)
            return .causal(ChoosingPolicy(dads, planSet: planSet))
        case .ans: return .causal(ChoosingPolicy(ANS(planSet: planSet), planSet: planSet))
        case .holdHysteresis: return .causal(ChoosingPolicy(HoldHysteresis(planSet: planSet), planSet: planSet))
        }
    }

    /// The first plan of a kind: the whole model in floats for the edge, the fewest bytes for the cloud.
    private func position(
        in group: DeviceGroup, kind: String, _ isOfKind: (Plan) -> Bool
    ) throws(PolicyError) -> Int {
        let plans = group.planSet.plans
        let first = plans.firstIndex { isOfKind($0) && $0.headPrecision == nil } ?? plans.firstIndex(where: isOfKind)
        guard let first else { throw .lacksPlan(self, group: group.name, kind: kind) }
        return first
    }
}
