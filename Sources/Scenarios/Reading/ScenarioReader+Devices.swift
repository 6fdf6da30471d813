import Model
import Optimizer
import Sim
import YAMLReading

extension ScenarioReader {
    mutating func device(_ name: String, _ value: YAMLValue, cells: [Cell]) throws -> DeviceGroup {
        let fields = try value.fields(Keys.Device.self)
        let planSet = try planSet(try fields.required(.plans, as: "{layers: mobilenet_v2}"))
        var group = DeviceGroup(
            name: name, planSet: planSet,
            arrivals: try frames(try fields.required(.frames, as: "{periodic: {every: 100ms}}")),
            link: try link(try fields.required(.link, as: "{uplink: 10Mbps, rtt: 20ms}"), cells: cells))
        group.count = try fields[.count]?.integer(in: 1...Limit.devices) ?? group.count
        group.truth = try fields[.truth].map { try truth($0, of: planSet) } ?? [:]
        group.firstPlan = try fields[.firstPlan].map { try plan($0, of: planSet) }
        group.stagger = try fields[.stagger]?.duration(in: .zero...Limit.hour) ?? group.stagger
        group.deadline = try fields[.deadline]?.duration(in: .milliseconds(1)...Limit.hour)
        group.drop = try fields[.drop].map(drop) ?? group.drop
        group.edge = try fields[.edge].map(edge) ?? group.edge
        group.moves = try fields[.moves].map(moves) ?? group.moves
        return group
    }

    private func plan(_ value: YAMLValue, of planSet: PlanSet) throws(DocumentError) -> String {
        guard let name = value.scalar, planSet.plan(id: name) != nil else {
            throw value.unknownName(among: planSet.plans.map(\.id))
        }
        return name
    }

    private func truth(_ value: YAMLValue, of planSet: PlanSet) throws(DocumentError) -> [String: SiteRatios] {
        try value.refuseUnknownKeys(besides: planSet.plans.map(\.id))
        var truth: [String: SiteRatios] = [:]
        for (plan, value) in try value.entries() {
            let fields = try value.fields(Keys.Truth.self)
            truth[plan] = SiteRatios(
                edge: try fields[.edge]?.number(in: Limit.factor) ?? 1,
                cloud: try fields[.cloud]?.number(in: Limit.factor) ?? 1)
        }
        return truth
    }

    private func drop(_ value: YAMLValue) throws(DocumentError) -> DropRule {
        let fields = try value.fields(Keys.Drop.self)
        var rule = DropRule()
        rule.edgeQueue = try fields[.edgeQueue]?.integer(in: 0...1_000_000)
        rule.late = try fields[.late]?.flag() ?? rule.late
        return rule
    }

    private func moves(_ value: YAMLValue) throws(DocumentError) -> MoveCosts {
        let fields = try value.fields(Keys.Moves.self)
        var costs = MoveCosts()
        costs.build = try fields[.build]?.duration(in: .zero...Limit.hour) ?? costs.build
        costs.buildSlowdown = try fields[.buildSlowdown]?.number(in: Limit.factor) ?? costs.buildSlowdown
        costs.sendsWeights = try fields[.sendsWeights]?.flag() ?? costs.sendsWeights
        costs.activation = try fields[.activation]?.duration(in: .zero...Limit.hour) ?? costs.activation
        costs.kept = try fields[.kept]?.integer(in: 0...1000) ?? costs.kept
        return costs
    }
}
