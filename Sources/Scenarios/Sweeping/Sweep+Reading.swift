package import FoundationEssentials
import Model
import Sim
import YAMLReading

/// The keys of a sweep's file, as `Guides/Sweeps.md` lists them.
package enum SweepKey: String, CaseIterable { case scenario, seeds, policies, vary, traces }

extension Sweep {
    /// More points, or more runs, than anyone waits for.
    private static let most = 1_000_000

    /// Reads a sweep's file. Paths in it are relative to its folder.
    ///
    /// - Throws: `DocumentError`, naming file, line and place; of the scenario, what `ScenarioReader` throws.
    public static func read(file path: String) throws -> Sweep {
        let file = URL(filePath: path).standardizedFileURL
        let folder = file.deletingLastPathComponent()
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            throw DocumentError(source: path, place: "", problem: "cannot be read: there is no such file")
        }
        let own: @Sendable (String) -> Data? = { try? Data(contentsOf: URL(filePath: $0, relativeTo: folder)) }
        return try read(text, source: path, own: own) { name in
            ScenarioFolder(path: URL(filePath: name, relativeTo: folder).path)
        } files: { name in
            files(of: URL(filePath: name, relativeTo: folder), named: name)
        }
    }

    /// - Parameters:
    ///   - scenario: the folder of a scenario by the path that the sweep gives.
    ///   - files: what a path of the sweep names: itself, or where it is a folder, the files in it by name.
    package static func read(
        _ text: String, source: String, own: @escaping @Sendable (String) -> Data?,
        scenario: (String) -> ScenarioFolder, files: (String) -> [String] = { [$0] }
    ) throws -> Sweep {
        guard let root = try YAMLValue.document(text, source: source) else {
            throw DocumentError(source: source, place: "", problem: "is empty; it begins with scenario: FOLDER")
        }
        let fields = try root.fields(SweepKey.self)
        let folder = SweepFolder(
            scenario: scenario(try fields.required(.scenario, as: "../scenarios/lte-drive").text()), own: own)
        // As it stands, for what the sweep leaves out.
        let plain = try ScenarioReader.read(folder.scenario)
        let settings = try fields[.vary].map(Self.settings) ?? []
        let traces = try fields[.traces].map { try Self.traces($0, files: files) }
        let groups = plain.world.devices.map(\.name)
        let points = try Self.points(traces, settings, groups: groups, root)
        let sweep = Sweep(
            name: plain.name, points: points, seeds: try fields[.seeds].map(SeedList.init)?.seeds ?? plain.seeds,
            policies: try fields[.policies].map(Self.policies) ?? plain.policies, folder: folder)
        guard sweep.seeds.count * sweep.policies.count <= most / sweep.points.count else {
            throw root.error("makes more than \(most) runs")
        }
        return sweep
    }

    private static func files(of url: URL, named name: String) -> [String] {
        guard let inside = try? FileManager.default.contentsOfDirectory(atPath: url.path) else { return [name] }
        return inside.filter { !$0.hasPrefix(".") }.sorted().map { "\(name)\(name.hasSuffix("/") ? "" : "/")\($0)" }
    }

    private static func settings(
        _ value: YAMLValue
    ) throws(DocumentError) -> [(key: String, values: [YAMLValue])] {
        var settings: [(String, [YAMLValue])] = []
        for (key, value) in try value.entries() {
            let values = try value.elements()
            guard !values.isEmpty else { throw value.error("is empty; name at least one value") }
            guard Set(values.map(\.line)).count == values.count else { throw value.error("names a value twice") }
            settings.append((key, values))
        }
        return settings
    }

    private static func traces(
        _ value: YAMLValue, files: (String) -> [String]
    ) throws(DocumentError) -> [(name: String, value: YAMLValue)] {
        var traces: [(String, YAMLValue)] = []
        for element in try value.elements() {
            for name in files(try element.text()) { traces.append((name, element.with(text: SweepFolder.mark + name))) }
        }
        guard !traces.isEmpty else { throw value.error("names no file") }
        guard Set(traces.map(\.0)).count == traces.count else { throw value.error("names a file twice") }
        return traces
    }

    private static func policies(_ value: YAMLValue) throws(DocumentError) -> [PolicyName] {
        var policies: [PolicyName] = []
        for element in try value.elements() {
            do throws(PolicyError) {
                policies.append(try PolicyName(parsing: element.scalar ?? ""))
            } catch {
                throw element.error("is no policy: \(error)")
            }
        }
        guard !policies.isEmpty, Set(policies).count == policies.count else {
            throw value.error("is to name each policy once, and at least one")
        }
        return policies
    }

    private static func points(
        _ traces: [(name: String, value: YAMLValue)]?, _ settings: [(key: String, values: [YAMLValue])],
        groups: [String], _ root: YAMLValue
    ) throws(DocumentError) -> [Point] {
        var points =
            traces.map { traces in
                traces.map { trace in
                    Point(
                        trace: trace.name, values: [],
                        edits: groups.map { ScenarioEdit(path: "devices.\($0).link.trace", value: trace.value) })
                }
            } ?? [Point(trace: nil, values: [], edits: [])]
        for (key, values) in settings {
            guard points.count <= most / values.count else { throw root.error("makes more than \(most) points") }
            points = points.flatMap { point in
                values.map { value in
                    var point = point
                    point.values.append((key, value.line))
                    point.edits.append(ScenarioEdit(path: key, value: value))
                    return point
                }
            }
        }
        return points
    }
}
