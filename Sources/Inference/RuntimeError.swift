public import Model

/// The inference library is missing or cannot be used.
public enum RuntimeError: EnvironmentError, Hashable {
    case notFound
    /// A library was named or found, and does not load.
    case unusable(path: String, reason: String)

    public var description: String {
        switch self {
        case .notFound:
            "ONNX Runtime is not on this machine: run `make setup`, or set RESPLIT_ORT_LIB to libonnxruntime.so"
        case .unusable(let path, let reason):
            "\(path): not usable as ONNX Runtime (\(reason)): run `make setup`, or set RESPLIT_ORT_LIB to libonnxruntime.so"
        }
    }
}
