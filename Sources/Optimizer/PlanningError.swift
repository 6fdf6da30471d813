public import Model

/// Why no plans can be made of what was given.
public enum PlanningError: InputError, Hashable {
    case differentModels(edge: String, cloud: String)
    case layerNotTimed(String, device: String)
    case tensorNotInModel(String, half: String, device: String)
    case noRange(tensor: String)
    case notARange(tensor: String)
    case layerTooSlow(String, site: String)
    case notAConvolution(String)
    case notACostModel(String, example: String)
    /// A profile where only a model of the site will do.
    case notAModelledSite(String)
    case uplinkTooSlow(BitRate)
    case noSuchNetwork(String, known: [String])
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
        case .tensorNotInModel(let tensor, let half, let device):
            "the profile of '\(device)' times a \(half) at tensor '\(tensor)', which the model does not have; "
                + "profile this model again"
        case .noRange(let tensor):
            "the range of values of tensor '\(tensor)' is unknown, so it cannot be quantised; calibrate it on samples"
        case .notARange(let tensor):
            "the range of values of tensor '\(tensor)' is not finite or runs backwards; calibrate it on other samples"
        case .layerTooSlow(let layer, let site):
            "on '\(site)' layer '\(layer)' would take over an hour; describe a faster site"
        case .notAConvolution(let layer):
            "layer '\(layer)' has a geometry that no convolution has: counts of at least one, groups that divide the channels"
        case .notACostModel(let text, let example):
            "'\(text)' names no cost model: write \(example), or the path of a profile"
        case .notAModelledSite(let path):
            "'\(path)' would be a profile, which no layer table has; write roofline:50,10, hwcf:edge or hwcf:cloud"
        case .uplinkTooSlow(let uplink):
            "an uplink of \(uplink.bitsPerSecond) bit/s is too slow to compare splits at; give at least 1kbps"
        case .noSuchNetwork(let name, let known):
            "there is no layer table of '\(name)'; there are \(known.joined(separator: ", "))"
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
