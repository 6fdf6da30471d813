public import Model

/// Why a model file is refused, or why it cannot be cut or written as asked.
public struct ONNXError: InputError, Hashable {
    public enum Problem: Error, Hashable {
        // The file
        case unreadable(reason: String)
        case notONNX(reason: String)
        case truncated
        case malformed(reason: String)
        case unwritable(path: String, reason: String)
        case tooLarge(what: String)
        // What the model uses
        case noOperatorSet
        case operatorSet(Int)
        case modelFunction(String)
        case unknownOperator(String, node: String)
        case controlFlow(String, node: String)
        case notTensor(String)
        case sparse(String)
        case elementType(Int, tensor: String)
        // Its graph
        case nameTwice(String)
        case unnamed(what: String)
        case undefinedTensor(String, node: String)
        case cycle(node: String)
        case notComputed(output: String)
        case noOutputs
        // Its weights
        case dimensions([Int], tensor: String)
        case weightSize(tensor: String, expected: Int, found: Int, unit: String)
        case externalData(tensor: String, location: String, reason: String)
        case externalAttribute(node: String)
        // Its quantised form
        case weightNotFinite(String)
        case cannotRaise(from: Int, to: Int, node: String?)
        // Shapes
        case dynamicDimensions(input: String, declared: String, example: String)
        case unknownInput(String, known: [String])
        case shapeConflict(input: String, declared: String, given: String)
        case missingShape(tensor: String)
        case foreignGraph
    }

    /// The model's file, or the name it was given.
    public var model: String
    public var problem: Problem

    public init(model: String, problem: Problem) {
        self.model = model
        self.problem = problem
    }

    /// One line of at most 500 characters, whatever the names in the file.
    public var description: String {
        let line = "\(model): \(problem)".unicodeScalars.prefix(500).map { scalar in
            scalar.properties.generalCategory == .control ? "?" : Character(scalar)
        }
        return String(line)
    }
}

extension ONNXError.Problem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable, .notONNX, .truncated, .malformed, .unwritable, .tooLarge: fileLine
        case .noOperatorSet, .operatorSet, .modelFunction, .unknownOperator, .controlFlow, .notTensor, .sparse,
            .elementType:
            featureLine
        case .nameTwice, .unnamed, .undefinedTensor, .cycle, .notComputed, .noOutputs: graphLine
        case .dimensions, .weightSize, .externalData, .externalAttribute: weightLine
        case .weightNotFinite(let name):
            "weight '\(name)' has an element that is not finite, so it cannot be held as integers; export sound weights"
        case .cannotRaise(let present, let version, let node): Self.raiseLine(present, version, node)
        case .dynamicDimensions, .unknownInput, .shapeConflict, .missingShape, .foreignGraph: shapeLine
        }
    }

    private var fileLine: String {
        switch self {
        case .unreadable(let reason): "cannot be read: \(reason)"
        case .notONNX(let reason): "is not an ONNX model: \(reason)"
        case .truncated: "is cut short: the file ends before the model does; copy or export it again"
        case .malformed(let reason): "is damaged: \(reason); copy or export it again"
        case .unwritable(let path, let reason): "cannot be written to '\(path)': \(reason)"
        case .tooLarge(let what): "is too large: \(what)"
        default: ""
        }
    }

    private var featureLine: String {
        switch self {
        case .noOperatorSet: "names no version of the ONNX operators: it is no ONNX model, or cut short"
        case .operatorSet(let version):
            "uses operator set \(version); supported are \(Operators.supportedSets.lowerBound) to "
                + "\(Operators.supportedSets.upperBound): export it with one of those"
        case .modelFunction(let name):
            "defines a function of its own, '\(name)'; inline functions before the export"
        case .unknownOperator(let name, let node):
            "node '\(node)' uses the operator '\(name)', which is not a standard ONNX operator"
        case .controlFlow(let name, let node):
            "node '\(node)' ('\(name)') holds a control-flow sub-graph, which cannot be cut; export without control flow"
        case .notTensor(let place): "\(place) is not a tensor; sequences, maps and optional values are not supported"
        case .sparse(let name): "weight '\(name)' is sparse; store it dense"
        case .elementType(let code, let tensor):
            "tensor '\(tensor)' has element type \(TensorEncoding.name(of: code)), which is not supported here"
        default: ""
        }
    }

    private var graphLine: String {
        switch self {
        case .nameTwice(let name): "the name '\(name)' stands for two things; names in a model are unique"
        case .unnamed(let what): "\(what) has no name"
        case .undefinedTensor(let name, let node):
            "node '\(node)' reads '\(name)', which nothing in the model writes"
        case .cycle(let node): "node '\(node)' depends on its own output: the graph has a cycle"
        case .notComputed(let output): "output '\(output)' is not computed from the inputs by any layer"
        case .noOutputs: "the model has no outputs"
        default: ""
        }
    }

    private var weightLine: String {
        switch self {
        case .dimensions(let dims, let tensor):
            "tensor '\(tensor)' has impossible dimensions \(dims.map(String.init).joined(separator: "x"))"
        case .weightSize(let tensor, let expected, let found, let unit):
            "weight '\(tensor)' has \(found) \(unit) where its dimensions ask for \(expected)"
        case .externalData(let tensor, let location, let reason):
            "weight '\(tensor)' lies in the external file '\(location)', \(reason)"
        case .externalAttribute(let node):
            "node '\(node)' keeps a constant in an external file; make it an initializer"
        default: ""
        }
    }

    private static func raiseLine(_ present: Int, _ version: Int, _ node: String?) -> String {
        let purpose =
            switch version {
            case 25...: "2-bit weights need operator set 25"
            case 21...: "4-bit weights need operator set 21"
            default: "weights with a scale for each channel need operator set 13"
            }
        guard let node else {
            return "\(purpose), and the model uses \(present), too old to be raised: export it with a later one"
        }
        return "\(purpose), and node '\(node)' would mean something else there than in operator set \(present): "
            + "export the model with the later one, or use 8-bit weights"
    }

    private var shapeLine: String {
        switch self {
        case .dynamicDimensions(let input, let declared, let example):
            "input '\(input)' has dynamic dimensions (\(declared)); give them, as in --shape \(input)=\(example)"
        case .unknownInput(let name, let known):
            "there is no input '\(name)' to shape; the model's inputs are "
                + known.map { "'\($0)'" }.joined(separator: ", ")
        case .shapeConflict(let input, let declared, let given):
            "input '\(input)' is declared \(declared), and cannot be \(given)"
        case .missingShape(let tensor): "nothing gives the type and shape of tensor '\(tensor)'"
        case .foreignGraph: "the layer graph or partition was not made from this model"
        default: ""
        }
    }
}
