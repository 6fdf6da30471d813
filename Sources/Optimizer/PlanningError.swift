public import Model

/// Why no plans can be made of what was given.
public enum PlanningError: InputError, Hashable {
    case differentModels(edge: String, cloud: String)
    case layerNotTimed(String, device: String)
    case noRange(tensor: String)
    case notARange(tensor: String)
    /// A problem of bit widths that cannot be posed: `place` is a layer, tensor or bound.
    case bitWidths(place: String, problem: String)
    case costsOfAnotherGraph(String, count: Int, expected: Int)
    case negativeCost(CostPlace, Int)
    case costsTooLarge(CostPlace, most: Int)
    case pinsContradict(head: String, tail: String)

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
        case .costsOfAnotherGraph(let what, let count, let expected):
            "there are \(count) \(what), but the graph has \(expected); give one for each, in its order"
        case .negativeCost(let place, let cost):
            "\(place) is \(cost); costs are zero or more"
        case .costsTooLarge(let place, let most):
            "with \(place) all costs come to more than \(most); give them in a coarser unit"
        case .pinsContradict(let head, let tail):
            "layer '\(head)' is pinned to the head, but needs '\(tail)', which is pinned to the tail; free one of them"
        }
    }
}
