import FoundationEssentials

/// Where the inference library is looked for: the environment variable RESPLIT_ORT_LIB; then
/// `.runtime/onnxruntime-1.31.1/`, where `make setup` puts it, in each folder of `roots` and in those above it; then the
/// system's loader.
public struct RuntimeLocation: Sendable {
    /// The version that `make setup` fetches.
    public static let pinnedVersion = "1.31.1"

    public var environment: [String: String]
    /// Folders in order of preference.
    public var roots: [String]
    /// What the system's loader is asked for.
    public var systemName: String

    public init(environment: [String: String], roots: [String], systemName: String = "libonnxruntime.so.1") {
        self.environment = environment
        self.roots = roots
        self.systemName = systemName
    }

    /// This process's environment, with its current folder and its executable's as roots.
    public static var ofThisProcess: RuntimeLocation {
        let files = FileManager.default
        let executable = (try? files.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return RuntimeLocation(
            environment: ProcessInfo.processInfo.environment,
            roots: [files.currentDirectoryPath, parent(of: executable)])
    }

    /// The library's path, if the environment names one or a file lies where `make setup` puts it.
    func find() -> String? {
        if let named = environment["RESPLIT_ORT_LIB"], !named.isEmpty { return named }
        let suffix = "/.runtime/onnxruntime-\(Self.pinnedVersion)/libonnxruntime.so.\(Self.pinnedVersion)"
        for root in roots {
            var folder = root
            while true {
                if FileManager.default.fileExists(atPath: folder + suffix) { return folder + suffix }
                guard !folder.isEmpty else { break }
                folder = Self.parent(of: folder)
            }
        }
        return nil
    }

    /// The folder above `path`; empty for the root, and above a bare name.
    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
