import Inference
import Model

/// Head and tail of one cut, run one after the other in this process. With every layer in the head it is the whole model.
struct Pipeline {
    private let head: Session?
    private let tail: Session?
    private let crossing: [String]
    private let outputs: [String]

    init(_ model: SplitModel, _ partition: Partition, precision: HeadPrecision = .float) throws {
        head =
            partition.isCloudOnly
            ? nil : try model.session(.head, of: partition, precision: precision, threads: 1)
        tail = partition.isEdgeOnly ? nil : try model.session(.tail, of: partition, threads: 1)
        let graph = model.graph
        // Without a tail the perturbed tensors of a check are the inputs themselves.
        let crossing = tail == nil ? graph.inputs : graph.crossing(partition)
        self.crossing = crossing.map { graph.tensors[$0].name }
        outputs = graph.outputs.map { graph.tensors[$0].name }
    }

    /// Runs the head alone.
    ///
    /// - Returns: the inputs and all that the head made, by name.
    func runHead(_ inputs: [String: TensorValue]) throws -> [String: TensorValue] {
        try run(head, on: inputs)
    }

    /// Runs the tail on what the head left.
    ///
    /// - Returns: the graph's outputs, in its order.
    func runTail(_ values: [String: TensorValue]) throws -> [TensorValue] {
        let all = try run(tail, on: values)
        return outputs.compactMap { all[$0] }
    }

    /// - Parameter alter: changes the first crossing tensor on its way.
    func run(
        _ inputs: [String: TensorValue], alter: ((TensorValue) -> TensorValue)? = nil
    ) throws -> [TensorValue] {
        var values = inputs
        if tail == nil { values = altered(values, alter) }
        values = try runHead(values)
        if tail != nil { values = altered(values, alter) }
        return try runTail(values)
    }

    private func altered(
        _ values: [String: TensorValue], _ alter: ((TensorValue) -> TensorValue)?
    ) -> [String: TensorValue] {
        guard let alter, let name = crossing.first, let value = values[name] else { return values }
        return values.merging([name: alter(value)]) { $1 }
    }

    private func run(_ session: Session?, on values: [String: TensorValue]) throws -> [String: TensorValue] {
        guard let session else { return values }
        let inputs = session.inputs.compactMap { values[$0.name] }
        let results = zip(session.outputs.map(\.name), try session.run(inputs))
        return values.merging(results) { $1 }
    }
}
