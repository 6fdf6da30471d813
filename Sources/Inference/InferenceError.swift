public import Model

/// A model, an input or a profile that cannot be used. Where the runtime spoke, its own text is kept, on one line.
public enum InferenceError: InputError, Hashable {
    /// The runtime refused the model.
    case refusedModel(source: String, reason: String)
    /// An input or output that is no tensor of a supported element type.
    case unsupportedPort(name: String, reason: String)
    /// What was handed to `Session.run` does not fit the model's inputs.
    case badInput(name: String, reason: String)
    /// An output was asked for that the model does not have, or twice.
    case badOutput(name: String, reason: String)
    case badOption(reason: String)
    /// The model failed while running.
    case failedRun(reason: String)
    /// Profiling was not on, or the profile cannot be read.
    case badProfile(reason: String)

    public var description: String {
        switch self {
        case .refusedModel(let source, let reason): "\(source): ONNX Runtime refuses the model: \(reason)"
        case .unsupportedPort(let name, let reason): "\(name): \(reason); only dense tensors of numbers are supported"
        case .badInput(let name, let reason): "input \(name): \(reason)"
        case .badOutput(let name, let reason): "output \(name): \(reason)"
        case .badOption(let reason): "session option: \(reason)"
        case .failedRun(let reason): "ONNX Runtime failed while running the model: \(reason)"
        case .badProfile(let reason): "profile of the runtime: \(reason)"
        }
    }
}
