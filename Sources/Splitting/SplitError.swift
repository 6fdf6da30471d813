public import Model

/// Why a model can't be split, profiled or measured as asked.
public enum SplitError: InputError, Hashable {
    case emptyHalf(side: String)
    case labelOutOfRange(sample: String, label: Int, classes: Int)
    case noSamples
    case noTopClass
    case samplesOfAnotherShape(input: String, wanted: TensorShape, found: TensorShape)
    case severalInputs([String])
    case unknownLayer(String)

    public var description: String {
        switch self {
        case .emptyHalf(let side): "this cut leaves no layer in the \(side), so there is no \(side)"
        case .labelOutOfRange(let sample, let label, let classes):
            "\(sample): is labelled \(label), but the model's classes are 0 to \(classes - 1); mend the labels file"
        case .noSamples: "there are no samples to measure on; name a folder of images or arrays with --samples"
        case .noTopClass:
            "the model's first output is not a float32 tensor of scores, so there is no top class to compare"
        case .samplesOfAnotherShape(let input, let wanted, let found):
            "the samples are of shape \(found), the model's input '\(input)' is of \(wanted); give samples of this model"
        case .unknownLayer(let name):
            "the model has no layer '\(name)' to give weight bits; `resplit model inspect` lists them"
        case .severalInputs(let names):
            "the model has the inputs \(names.joined(separator: ", ")); samples can be given for a model of one input only"
        }
    }
}
