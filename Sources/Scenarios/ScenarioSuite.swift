import FoundationEssentials
public import Model

/// The scenarios of a folder, each in a folder of its own.
public struct ScenarioSuite: Sendable {
    /// In the order of their names.
    public var folders: [ScenarioFolder]

    /// - Parameters:
    ///   - path: a folder of scenarios, or one scenario's own.
    ///   - names: of the scenarios wanted; none: all.
    /// - Throws: `ScenarioError`.
    public init(at path: String, only names: [String] = []) throws(ScenarioError) {
        var folders = Self.folders(at: path)
        guard !folders.isEmpty else { throw .noScenarios(path: path) }
        let known = folders.map(\.name)
        for name in names where !known.contains(name) {
            throw .noSuchScenario(name, path: path, nearest: nearestName(to: name, among: known), known: known)
        }
        if !names.isEmpty { folders.removeAll { !names.contains($0.name) } }
        self.folders = folders
    }

    private static func folders(at path: String) -> [ScenarioFolder] {
        func isScenario(_ path: String) -> Bool {
            FileManager.default.fileExists(atPath: "\(path)/\(Scenario.fileName)")
        }
        if isScenario(path) { return [ScenarioFolder(path: path)] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }.filter(isScenario)
            .map(ScenarioFolder.init(path:))
    }
}

/// Scenarios that are not where they were looked for.
public enum ScenarioError: InputError, Hashable {
    case noScenarios(path: String)
    case noSuchScenario(String, path: String, nearest: String?, known: [String])

    public var description: String {
        switch self {
        case .noScenarios(let path):
            "\(path): holds no scenario; name a folder with \(Scenario.fileName), or one of such folders"
        case .noSuchScenario(let name, let path, let nearest, let known):
            "\(path): has no scenario \(quoted(name)); "
                + (nearest.map { "did you mean '\($0)'?" } ?? "there are \(known.joined(separator: ", "))")
        }
    }
}
