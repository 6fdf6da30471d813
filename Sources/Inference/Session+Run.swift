import CRuntime
public import Model

extension Session {
    /// Runs the model on named inputs; every input of the model is needed, and no other.
    ///
    /// - Parameter outputs: The outputs to compute, in the order of the result; all of them, in the session's order, if `nil`.
    public func run(
        _ inputs: [String: TensorValue], outputs: [String]? = nil
    ) throws(InferenceError) -> [TensorValue] {
        if let unknown = inputs.keys.filter({ inputIndices[$0] == nil }).min() {
            throw .badInput(name: unknown, reason: "the model has no such input, only \(names(self.inputs))")
        }
        var ordered: [TensorValue] = []
        ordered.reserveCapacity(self.inputs.count)
        for port in self.inputs {
            guard let value = inputs[port.name] else { throw .badInput(name: port.name, reason: "is missing") }
            ordered.append(value)
        }
        return try run(ordered, outputs: outputs)
    }

    /// Runs the model on its inputs in the session's order. Inputs are read in place; each output is copied once.
    public func run(_ inputs: [TensorValue], outputs: [String]? = nil) throws(InferenceError) -> [TensorValue] {
        guard inputs.count == self.inputs.count else {
            throw .badInput(
                name: names(self.inputs), reason: "\(inputs.count) values for \(self.inputs.count) inputs")
        }
        for (port, value) in zip(self.inputs, inputs) {
            if let reason = port.mismatch(of: value) { throw .badInput(name: port.name, reason: reason) }
        }
        let wanted = try indices(ofOutputs: outputs)
        var results = [ort_output](repeating: ort_output(), count: wanted.count)
        let status = withUnsafeTemporaryAllocation(of: ort_tensor_view.self, capacity: inputs.count) { views in
            pinned(inputs[...], in: views) {
                ort_session_run(handle, views.baseAddress, wanted, wanted.count, &results)
            }
        }
        if let reason = failure(of: status) { throw .failedRun(reason: reason) }
        defer { for index in results.indices { ort_output_release(handle, &results[index]) } }
        var values: [TensorValue] = []
        values.reserveCapacity(results.count)
        for (index, result) in zip(wanted, results) { values.append(try copy(of: result, port: self.outputs[index])) }
        return values
    }

    private func indices(ofOutputs requested: [String]?) throws(InferenceError) -> [Int] {
        guard let requested else { return allOutputs }
        var indices: [Int] = []
        for name in requested {
            guard let index = outputIndices[name] else {
                throw .badOutput(name: name, reason: "the model has no such output, only \(names(outputs))")
            }
            guard !indices.contains(index) else { throw .badOutput(name: name, reason: "is asked for twice") }
            indices.append(index)
        }
        return indices
    }

    /// Calls `body` while the elements and extents of `values` stay in place, each described by a view at the same position.
    private func pinned(
        _ values: ArraySlice<TensorValue>, in views: UnsafeMutableBufferPointer<ort_tensor_view>,
        _ body: () -> ort_status
    ) -> ort_status {
        guard let value = values.first else { return body() }
        return value.bytes.withUnsafeBytes { bytes in
            value.shape.extents.withUnsafeBytes { extents in
                views.initializeElement(
                    at: values.startIndex,
                    to: ort_tensor_view(
                        data: bytes.baseAddress, byte_count: bytes.count,
                        extents: extents.assumingMemoryBound(to: Int64.self).baseAddress,
                        rank: value.shape.extents.count, element_type: value.elementType.runtimeCode))
                return pinned(values.dropFirst(), in: views, body)
            }
        }
    }

    private func copy(of output: ort_output, port: Port) throws(InferenceError) -> TensorValue {
        var output = output
        let extents = [Int64](unsafeUninitializedCapacity: output.rank) { buffer, count in
            buffer.initialize(repeating: -1)
            _ = failure(of: ort_output_extents(handle, &output, buffer.baseAddress))
            count = output.rank
        }.map(Int.init)
        guard let elementType = ElementType(runtimeCode: output.element_type), extents.allSatisfy({ $0 >= 0 }),
            let count = TensorShape.elementCount(of: extents),
            case let (byteCount, overflow) = count.multipliedReportingOverflow(by: elementType.byteWidth), !overflow
        else { throw .failedRun(reason: "output \(port.name) is no tensor of a known type and size") }
        let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
            if byteCount > 0 {
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(start: output.data, count: byteCount))
            }
            initialized = byteCount
        }
        return TensorValue(elementType: elementType, shape: TensorShape(extents), bytes: bytes)
    }

    private func names(_ ports: [Port]) -> String { ports.map(\.name).joined(separator: ", ") }
}
