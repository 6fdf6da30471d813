import Controller
import Model
import Optimizer
import Sim
import YAMLReading

/// Reads scenario files. Plan sets made once serve every file that names them alike.
public struct ScenarioReader {
    typealias Keys = ScenarioKeys

    let folder: ScenarioFolder
    var planSets: PlanSetMaker
    /// What plans are judged by.
    var objective = Objective.mean

    /// - Throws: `DocumentError`, naming file, line and place; `TraceError` of a trace.
    public static func read(_ folder: ScenarioFolder) throws -> Scenario {
        var planSets = PlanSetMaker()
        return try read(folder, planSets: &planSets)
    }

    /// - Parameter edits: made to the file before it is read.
    package static func read(
        _ folder: ScenarioFolder, edits: [ScenarioEdit] = [], planSets: inout PlanSetMaker
    ) throws -> Scenario {
        var reader = ScenarioReader(folder: folder, planSets: planSets)
        defer { planSets = reader.planSets }
        return try reader.read(edits)
    }

    private mutating func read(_ edits: [ScenarioEdit]) throws -> Scenario {
        let name = folder.source.split(separator: "/").last.map(String.init) ?? folder.source
        guard let data = folder.contents(name) else {
            throw DocumentError(source: folder.source, place: "", problem: "cannot be read: there is no such file")
        }
        guard let root = try YAMLValue.document(String(decoding: data, as: UTF8.self), source: folder.source) else {
            throw DocumentError(source: folder.source, place: "", problem: "is empty; it begins with duration: 60s")
        }
        let edited = try edits.reduce(root) { try $1.apply(to: $0) }
        let fields = try edited.fields(Keys.Scenario.self)
        let settings = try fields[.settings].map(settings) ?? .standard
        objective = settings.objective
        let world = try world(fields)
        let policies = try fields[.policies].map(policies) ?? Scenario.standardPolicies
        return Scenario(
            name: folder.name, about: try fields[.about]?.text() ?? "", world: world, policies: policies,
            seeds: try fields[.seeds].map(SeedList.init)?.seeds ?? [1],
            settings: settings,
            expectations: try fields[.expect].map { try expectations($0, among: policies) } ?? [])
    }

    private func expectations(
        _ value: YAMLValue, among policies: [PolicyName]
    ) throws(DocumentError) -> [Expectation] {
        var expectations: [Expectation] = []
        for (key, value) in try value.entries() {
            expectations.append(try Expectation(key, value, among: policies))
        }
        return expectations
    }

    /// Each once.
    private func policies(_ value: YAMLValue) throws(DocumentError) -> [PolicyName] {
        var policies: [PolicyName] = []
        for element in try value.elements() {
            let policy: PolicyName
            do throws(PolicyError) {
                policy = try PolicyName(parsing: element.scalar ?? "")
            } catch {
                throw element.error("is no policy: \(error)")
            }
            guard !policies.contains(policy) else { throw element.error("names '\(policy)' a second time") }
            policies.append(policy)
        }
        guard !policies.isEmpty else { throw value.error("is empty; name at least one policy") }
        return policies
    }

    private func settings(_ value: YAMLValue) throws(DocumentError) -> ControllerSettings {
        try value.refuseUnknownKeys(besides: ControllerSettings.keys)
        return try value.decode(ControllerSettings.self)
    }

    private mutating func world(_ fields: YAMLFields<Keys.Scenario>) throws -> World {
        let duration = try fields.required(.duration, as: "60s").duration(in: .milliseconds(1)...Limit.month)
        let cells = try fields[.cells].map(self.cells) ?? []
        var world = World(duration: duration, devices: [])
        for (name, value) in try fields.required(.devices, as: "{camera: {…}}").entries() {
            world.devices.append(try device(name, value, cells: cells))
        }
        world.cells = cells
        world.cloud = try fields[.cloud].map(cloud) ?? CloudPool()
        world.telemetry = try fields[.telemetry].map(telemetry) ?? TelemetryModel()
        world.faults = try fields[.faults].map { try faults($0, groups: world.devices.map(\.name)) } ?? []
        do throws(WorldError) {
            try world.check()
        } catch {
            throw DocumentError(source: folder.source, place: "", problem: error.description)
        }
        return world
    }
}

extension Scenario {
    /// Reads a scenario's folder, or its file.
    ///
    /// - Throws: `DocumentError`, naming file, line and place; `TraceError` of a trace.
    public static func read(folder path: String) throws -> Scenario {
        try ScenarioReader.read(ScenarioFolder(path: path))
    }
}

/// What a scenario may say at most, so that no sum of its numbers overflows and no run lasts for ever.
enum Limit {
    static let month = Nanoseconds.seconds(31 * 86_400)
    static let day = Nanoseconds.seconds(86_400)
    static let hour = Nanoseconds.seconds(3600)
    static let rate = BitRate(bitsPerSecond: 1e12)
    static let factor = 1e-3...1e4
    static let devices = 10_000
    static let bytes = 1 << 40
    static let seeds = 10_000
}
