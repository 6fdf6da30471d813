import FoundationEssentials
import Model

/// Plans cross the network as the JSON of plan files.
extension Plan {
    init(wire data: Data) throws(WireError) {
        let plan: Plan
        do {
            plan = try StableJSON.decode(Plan.self, from: data, source: "plan received")
        } catch {
            throw .badDocument(error)
        }
        self = try plan.validated("plan")
    }

    func wire() throws -> Data { try StableJSON.encode(self) }

    /// - Throws: where a number cannot be meant: a negative size, a time over an hour, a range that is not finite or runs backwards.
    func validated(_ field: String) throws(WireError) -> Plan {
        _ = try WireReading.name(id, "\(field).id")
        let hour = Nanoseconds.seconds(3600)
        for (name, span) in [("edge_ms", edgeWork), ("encode_ms", encodeWork), ("cloud_ms", cloudWork)] {
            guard span >= .zero, span <= hour else {
                throw .badField("\(field).\(name)", problem: "is not between zero and an hour")
            }
        }
        let sizes = [
            ("head_layers", headLayers), ("transmit_bytes", transmitBytes), ("result_bytes", resultBytes),
            ("edge_bytes", edgeBytes),
        ]
        for (name, size) in sizes {
            guard size >= 0, size < 1 << 53 else { throw .badField("\(field).\(name)", problem: "is not a size") }
        }
        for tensor in crossing {
            _ = try WireReading.name(tensor.name, "\(field).cut.name")
            if let range = tensor.range, !range.isValid {
                throw .badField("\(field).cut.range", problem: "is not a range")
            }
        }
        if let precision = headPrecision, !precision.activations.values.allSatisfy(\.isValid) {
            throw .badField("\(field).head_precision.activation_ranges", problem: "has an entry that is not a range")
        }
        guard Set(crossing.map(\.name)).count == crossing.count else {
            throw .badField("\(field).cut", problem: "names a tensor twice")
        }
        return self
    }
}

extension PlanSet {
    init(wire data: Data) throws(WireError) {
        let set: PlanSet
        do {
            set = try StableJSON.decode(PlanSet.self, from: data, source: "plan set received")
        } catch {
            throw .badDocument(error)
        }
        guard set.version == Self.currentVersion else {
            throw .badField("plan_set.version", problem: "is not \(Self.currentVersion)")
        }
        guard Set(set.plans.map(\.id)).count == set.plans.count else {
            throw .badField("plan_set.plans", problem: "has one id twice")
        }
        var plans: [Plan] = []
        for (index, plan) in set.plans.enumerated() { plans.append(try plan.validated("plan_set.plans[\(index)]")) }
        self.init(model: set.model, plans: plans, reference: set.reference)
        (energy, tariff) = (set.energy, set.tariff)
    }

    func wire() throws -> Data { try StableJSON.encode(self) }
}
