public import Model

/// Why no plans can be made of what was given.
public enum PlanningError: InputError, Hashable {
    case differentModels(edge: String, cloud: String)
    case layerNotTimed(String, device: String)
    case noRange(tensor: String)
    case notARange(tensor: String)
    /// A problem of bit widths that cannot be posed: `place` is a layer, tensor or bound.
    case bitWidths(place: String, problem: String)

    public var description: String {
        switch self {
        case .differentModels(let edge, let cloud):
            "the edge profile is of model '\(edge)', the cloud profile of another, '\(cloud)'; profile the same file on both"
        case .layerNotTimed(let layer, let device):
            "the profile of '\(device)' has no time for layer '\(layer)'; profile this model again"
        case .noRange(let tensor):
            "the range of values of tensor '\(tensor)' is unknown, so it cannot be quantised; calibrate it on samples"
        case .notARange(let tensor):
            "the range of values of tensor '\(tensor)' is not finite or runs backwards; calibrate it on other samples"
        case .bitWidths(let place, let problem):
            "bit widths: \(place) \(problem)"
        }
    }
}
