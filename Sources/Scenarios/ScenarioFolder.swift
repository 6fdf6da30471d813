public import FoundationEssentials
import Model

/// The files that a scenario names, by their paths relative to its own.
public struct ScenarioFolder: Sendable {
    /// The scenario's name: that of the folder.
    public var name: String
    /// Of the scenario's file, for errors.
    public var source: String
    /// What a file holds; `nil` where there is none that can be read.
    public var contents: @Sendable (String) -> Data?

    public init(name: String, source: String, contents: @escaping @Sendable (String) -> Data?) {
        self.name = name
        self.source = source
        self.contents = contents
    }

    /// A folder, or the file of a scenario in it, whatever that is called.
    public init(path: String) {
        let given = URL(filePath: path).standardizedFileURL
        var isFolder = false
        _ = FileManager.default.fileExists(atPath: given.path, isDirectory: &isFolder)
        let folder = isFolder ? given : given.deletingLastPathComponent()
        self.init(
            name: folder.lastPathComponent,
            source: isFolder ? "\(path)\(path.hasSuffix("/") ? "" : "/")\(Scenario.fileName)" : path
        ) { name in
            try? Data(contentsOf: name.hasPrefix("/") ? URL(filePath: name) : folder.appending(path: name))
        }
    }
}
