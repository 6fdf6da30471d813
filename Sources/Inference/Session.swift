import CRuntime
import Model

/// Where a session's model comes from.
public enum ModelSource: Sendable {
    /// The bytes of an ONNX file; needed only until the session is made. External data is then looked for in the folder that the
    /// option `session.model_external_initializers_file_folder_path` names.
    case bytes([UInt8])
    case file(String)

    var name: String {
        switch self {
        case .bytes(let bytes): "model of \(bytes.count) bytes"
        case .file(let path): path
        }
    }
}

/// A model ready to run. Safe to use from several threads at a time: the runtime's `Run` is, and all else is fixed once made.
public final class Session: Sendable {
    public let inputs: [Port]
    public let outputs: [Port]
    let inputIndices: [String: Int]
    let outputIndices: [String: Int]
    let allOutputs: [Int]
    /// Safe to share: written once before this object exists; the functions that take it are thread-safe.
    nonisolated(unsafe) let handle: OpaquePointer
    /// The session needs the runtime as long as it lives.
    private let runtime: Runtime
    private let isProfiling: Bool

    /// Builds the model: tens to hundreds of milliseconds for a real one.
    public init(
        runtime: Runtime, model: ModelSource, options: SessionOptions = SessionOptions()
    ) throws(InferenceError) {
        let opened = try Self.open(model, runtime: runtime, options: options)
        do {
            inputs = try Self.ports(count: ort_session_input_count(opened)) { ort_session_input(opened, $0).pointee }
            outputs = try Self.ports(count: ort_session_output_count(opened)) { ort_session_output(opened, $0).pointee }
        } catch {
            ort_session_release(opened)
            throw error
        }
        inputIndices = Self.indices(of: inputs)
        outputIndices = Self.indices(of: outputs)
        allOutputs = Array(outputs.indices)
        handle = opened
        self.runtime = runtime
        isProfiling = options.profilePrefix != nil
    }

    deinit { ort_session_release(handle) }

    /// Ends profiling and returns the path of the file written, to be read with `LayerProfile`. Once for a session.
    public func endProfiling() throws(InferenceError) -> String {
        guard isProfiling else { throw .badProfile(reason: "the session was made without a profile prefix") }
        var text: UnsafeMutablePointer<CChar>?
        let status = ort_session_end_profiling(handle, &text)
        defer { ort_text_free(text) }
        if let reason = failure(of: status) { throw .badProfile(reason: reason) }
        let path = text.map { String(cString: $0) } ?? ""
        guard !path.isEmpty else { throw .badProfile(reason: "profiling has already ended") }
        return path
    }

    private static func open(
        _ model: ModelSource, runtime: Runtime, options: SessionOptions
    ) throws(InferenceError) -> OpaquePointer {
        try options.withRuntimeOptions(of: runtime) { options throws(InferenceError) in
            var session: OpaquePointer?
            let status =
                switch model {
                case .file(let path): ort_session_create(runtime.handle, path, nil, 0, options, &session)
                case .bytes(let bytes): ort_session_create(runtime.handle, nil, bytes, bytes.count, options, &session)
                }
            let reason = failure(of: status)
            guard let session, reason == nil else {
                throw .refusedModel(source: model.name, reason: reason ?? "no session was made")
            }
            return session
        }
    }

    private static func ports(
        count: Int, _ port: (Int) -> ort_port
    ) throws(InferenceError) -> [Port] {
        var ports: [Port] = []
        for index in 0..<count {
            let port = port(index)
            let name = String(cString: port.name)
            guard port.is_tensor else {
                throw .unsupportedPort(name: name, reason: "is a sequence, a map, an optional or a sparse tensor")
            }
            guard let elementType = ElementType(runtimeCode: port.element_type) else {
                throw .unsupportedPort(name: name, reason: "has strings or another unsupported element type")
            }
            let extents = UnsafeBufferPointer(start: port.extents, count: port.rank)
            ports.append(
                Port(name: name, elementType: elementType, extents: extents.map { $0 < 0 ? nil : Int($0) }))
        }
        return ports
    }

    private static func indices(of ports: [Port]) -> [String: Int] {
        Dictionary(zip(ports.map(\.name), ports.indices), uniquingKeysWith: { first, _ in first })
    }
}
