public import Model

/// What keeps an agent or a worker from its work.
public enum DataPlaneError: EnvironmentError, Hashable {
    case cannotListen(Endpoint, reason: String)
    /// The plan that the agent was to run from the start could not be made ready.
    case planNotReady(plan: String, reason: String)
    /// The whole model failed on the edge: there is nothing left to fall back on.
    case modelFailed(reason: String)
    /// A source's inputs, or the model's outputs, cannot be used.
    case unusableModel(reason: String)

    public var description: String {
        switch self {
        case .cannotListen(let endpoint, let reason):
            "cannot listen on \(endpoint): \(reason); choose another --listen address, or end what holds the port"
        case .planNotReady(let plan, let reason): "plan '\(plan)' could not be made ready: \(reason)"
        case .modelFailed(let reason): "the model failed on a frame: \(reason)"
        case .unusableModel(let reason): "the model cannot be served: \(reason)"
        }
    }
}
