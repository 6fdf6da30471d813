import FoundationEssentials
import Model
import Optimizer
import Sim
import YAMLReading

extension ScenarioReader {
    /// The text of a file that a value names.
    func contents(_ path: String, of value: YAMLValue) throws(DocumentError) -> String {
        guard let data = folder.contents(path) else {
            throw value.error(
                "names \(quoted(path)), which cannot be read; paths are relative to the scenario's folder")
        }
        return String(decoding: data, as: UTF8.self)
    }

    func trace(_ path: String, of value: YAMLValue, _ options: TraceReading.Options) throws -> TraceReading {
        try TraceReading(text: contents(path, of: value), source: path, options: options)
    }

    /// A plan file, or a network's layer table on two sites.
    mutating func planSet(_ value: YAMLValue) throws -> PlanSet {
        guard value.isMapping else {
            let path = try value.text()
            return try PlanSet.decode(from: Data(contents(path, of: value).utf8), source: path)
        }
        let fields = try value.fields(Keys.Plans.self)
        let layers = try fields.required(.layers, as: "mobilenet_v2")
        guard let network = layers.scalar, LayerTable.names.contains(network) else {
            throw layers.unknownName(among: LayerTable.names)
        }
        var options = LayerTable.PlanOptions(
            edge: try site(fields[.edge], "roofline:20,10"), cloud: try site(fields[.cloud], "roofline:2000,300"))
        options.precisions = try fields[.bits].map(precisions) ?? options.precisions
        options.objective = objective
        options.pictureBytes = try fields[.picture]?.bytes(in: 1...Limit.bytes)
        do {
            var planSet = try planSets.planSet(of: network, options)
            planSet.energy = try fields[.energy].map(energy)
            return planSet
        } catch let error as PlanningError {
            throw value.error("makes no plans: \(error)")
        }
    }

    private func site(_ value: YAMLValue?, _ standard: String) throws(DocumentError) -> CostModelName {
        do throws(PlanningError) {
            return try CostModelName(parsing: value?.scalar ?? standard)
        } catch {
            guard let value else { preconditionFailure("a default is a cost model") }
            throw value.error("is no site: \(error)")
        }
    }

    private func precisions(_ value: YAMLValue) throws(DocumentError) -> [Precision] {
        var precisions: [Precision] = []
        for element in try value.elements() {
            guard let bits = element.scalar.flatMap({ Int($0) }), let precision = Precision(bits: bits) else {
                throw element.error("is no number of bits: 1 to 16, or 32")
            }
            if !precisions.contains(precision) { precisions.append(precision) }
        }
        guard !precisions.isEmpty else { throw value.error("is empty; name at least one number of bits") }
        return precisions
    }
}
