public import Model

/// What keeps an agent, a worker or a watch from its work.
public enum DataPlaneError: EnvironmentError, Hashable {
    case cannotListen(Endpoint, reason: String)
    /// The plan that the agent was to run from the start could not be made ready.
    case planNotReady(plan: String, reason: String)
    /// The whole model failed on the edge: there is nothing left to fall back on.
    case modelFailed(reason: String)
    /// A source's inputs, or the model's outputs, cannot be used.
    case unusableModel(reason: String)
    /// Nothing that a watch may be asked of answers there.
    case controllerSilent(Endpoint)
    /// It serves as many watches as it will.
    case controllerBusy(Endpoint, reason: String)
    /// It ended a watch.
    case controllerGone(Endpoint)

    public var description: String {
        switch self {
        case .cannotListen(let endpoint, let reason):
            "cannot listen on \(endpoint): \(reason); choose another --listen address, or end what holds the port"
        case .planNotReady(let plan, let reason): "plan '\(plan)' could not be made ready: \(reason)"
        case .modelFailed(let reason): "the model failed on a frame: \(reason)"
        case .unusableModel(let reason): "the model cannot be served: \(reason)"
        case .controllerSilent(let endpoint):
            "\(endpoint): no controller answers; start one there with resplit controller, or name another with --controller"
        case .controllerBusy(let endpoint, let reason): "\(endpoint): \(reason)"
        case .controllerGone(let endpoint): "\(endpoint): the controller went away; start again when it is back"
        }
    }
}
