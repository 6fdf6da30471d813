public import Model

/// What an agent serves: frames ready to be computed, by number.
public protocol FrameSource: Sendable {
    /// - Parameter number: ascending from zero; a source that has fewer begins again.
    /// - Throws: where the frame cannot be read: the agent ends.
    func frame(_ number: Int) throws -> SourceFrame
}

/// One frame.
public struct SourceFrame: Sendable {
    /// In the order of the model's inputs.
    public var inputs: [TensorValue]
    /// The right class, where it is known.
    public var label: Int?

    public init(inputs: [TensorValue], label: Int?) {
        self.inputs = inputs
        self.label = label
    }
}
