import CRuntime

/// ONNX Runtime, opened at run time. Load it once and share it; it stays in the process until the end.
public final class Runtime: Sendable {
    /// Such as `1.31.1`.
    public let version: String
    /// The file that was opened, or the bare name that the system's loader found.
    public let libraryPath: String
    /// Safe to share: written once before this object exists, and every function that takes it is thread-safe.
    nonisolated(unsafe) let handle: OpaquePointer

    private init(opening path: String) throws(RuntimeError) {
        var opened: OpaquePointer?
        if let reason = failure(of: ort_runtime_open(path, &opened)) {
            throw .unusable(path: path, reason: reason)
        }
        guard let opened else { throw .unusable(path: path, reason: "it did not open") }
        handle = opened
        version = String(cString: ort_runtime_version(opened))
        libraryPath = path
    }

    /// Opens the library at `path`; without one, the first that `location` has. A library that is named or found, yet does not
    /// load, is an error: no other is tried in its place.
    public static func load(
        path: String? = nil, location: RuntimeLocation = .ofThisProcess
    ) throws(RuntimeError) -> Runtime {
        if let path = path ?? location.find() { return try Runtime(opening: path) }
        do {
            return try Runtime(opening: location.systemName)
        } catch {
            throw .notFound
        }
    }
}
