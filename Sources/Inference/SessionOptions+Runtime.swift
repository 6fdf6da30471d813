import CRuntime

extension SessionOptions {
    /// The runtime would then read a model from memory that is no longer there.
    private static let borrowsModel = "session.use_ort_model_bytes_directly"

    /// Holds unless an option names the entry itself.
    private static let ownEntries = [
        // Idle threads leave the processor to others.
        "session.intra_op.allow_spinning": "0",
        // Sessions run by turns: one arena for all holds what the largest needs, not the sum.
        "session.use_env_allocators": "1",
    ]

    /// Calls `body` with the runtime's form of these options.
    func withRuntimeOptions<R>(
        of runtime: Runtime, _ body: (OpaquePointer) throws(InferenceError) -> R
    ) throws(InferenceError) -> R {
        let options = try makeRuntimeOptions(of: runtime)
        defer { ort_session_options_release(runtime.handle, options) }
        let entries = configEntries.merging(Self.ownEntries) { stated, _ in stated }
        for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
            guard key != Self.borrowsModel else { throw .badOption(reason: "\(key) is not supported") }
            if let reason = failure(of: ort_session_options_add(runtime.handle, options, key, value)) {
                throw .badOption(reason: "\(key): \(reason)")
            }
        }
        return try body(options)
    }

    private func makeRuntimeOptions(of runtime: Runtime) throws(InferenceError) -> OpaquePointer {
        guard (1...1024).contains(intraOpThreads) else {
            throw .badOption(reason: "\(intraOpThreads) threads; 1 to 1024 are possible")
        }
        var options: OpaquePointer?
        let status = withOptionalCString(profilePrefix) { prefix in
            withOptionalCString(optimizedModelPath) { path in
                var settings = ort_session_settings(
                    intra_op_threads: Int32(intraOpThreads), optimization_level: optimization.rawValue,
                    profile_prefix: prefix, optimized_model_path: path)
                return ort_session_options_create(runtime.handle, &settings, &options)
            }
        }
        if let reason = failure(of: status) { throw .badOption(reason: reason) }
        guard let options else { throw .badOption(reason: "the runtime made none") }
        return options
    }
}

/// Calls `body` with the text as a C string, or with `nil`.
func withOptionalCString<R>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> R) -> R {
    guard let text else { return body(nil) }
    return text.withCString(body)
}
