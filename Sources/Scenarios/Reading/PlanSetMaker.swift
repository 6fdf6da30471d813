package import Model
package import Optimizer

/// Plan sets of networks by what they are made from, each made once.
package struct PlanSetMaker {
    private struct Request: Hashable {
        var network: String
        var options: LayerTable.PlanOptions
    }

    private var made: [Request: PlanSet] = [:]
    private let make: (String, LayerTable.PlanOptions) throws -> PlanSet

    package init(
        making make: @escaping (String, LayerTable.PlanOptions) throws -> PlanSet = {
            try LayerTable.named($0).planSet($1)
        }
    ) {
        self.make = make
    }

    mutating func planSet(of network: String, _ options: LayerTable.PlanOptions) throws -> PlanSet {
        let request = Request(network: network, options: options)
        if let known = made[request] { return known }
        let planSet = try make(network, options)
        made[request] = planSet
        return planSet
    }
}
