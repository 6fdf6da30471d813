public import Inference
public import Model

/// A head, a tail or a whole model, ready to run. Used by one thread at a time.
public protocol ModelHalf: Sendable {
    var inputNames: [String] { get }
    var outputNames: [String] { get }
    /// - Parameter inputs: in the order of `inputNames`.
    /// - Returns: values in the order of `outputNames`.
    func compute(_ inputs: [TensorValue]) throws -> [TensorValue]
}

extension Session: ModelHalf {
    public var inputNames: [String] { inputs.map(\.name) }
    public var outputNames: [String] { outputs.map(\.name) }

    public func compute(_ inputs: [TensorValue]) throws -> [TensorValue] { try run(inputs, outputs: nil) }
}

/// Makes the halves of one model. Every call builds anew, and warms what it built: keeping is the caller's. Calls may
/// take hundreds of milliseconds; they come from a thread that may block, one at a time.
public protocol HalfSource: Sendable {
    var identity: ModelIdentity { get }
    /// Of the whole model, in its order.
    var inputs: [Tensor] { get }
    /// Of the whole model, in its order.
    var outputs: [Tensor] { get }

    func whole() throws -> any ModelHalf
    /// Takes inputs of the model; gives the crossing tensors that are not such inputs, and outputs of the model that
    /// lie in the head. Not asked of cloud-only plans, and of edge-only ones only where they are not in floats.
    func head(of plan: Plan) throws -> any ModelHalf
    /// Takes the crossing tensors; gives the outputs of the model that the head does not. Not asked of edge-only plans.
    func tail(of plan: Plan) throws -> any ModelHalf
}

extension ModelHalf {
    /// - Throws: where a named input is missing, and what `compute` throws.
    func compute(named values: [String: TensorValue]) throws -> [NamedValue] {
        var inputs: [TensorValue] = []
        for name in inputNames {
            guard let value = values[name] else { throw WireError.badRequest("input '\(name)' is missing") }
            inputs.append(value)
        }
        return zip(outputNames, try compute(inputs)).map { NamedValue(name: $0, value: $1) }
    }
}
