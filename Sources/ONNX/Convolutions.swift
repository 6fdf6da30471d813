import Model

/// The geometry of a convolution node, from the definitions of the ONNX operators.
extension Onnx_NodeProto {
    /// - Parameters:
    ///   - output: extents of the first output.
    ///   - shape: extents of an input, where known.
    /// - Returns: `nil` unless the node is a convolution over a plane whose shapes are known and fit one another. A
    ///   deformable convolution (its taps move with the input) and a transposed one have none.
    func convolution(output: [Int]?, shape: (String) -> [Int]?) -> Convolution? {
        guard let weightPosition = Self.weightPositions[opType] else { return nil }
        func extents(_ position: Int) -> [Int]? { position < input.count ? shape(input[position]) : nil }
        let kernel = ints("kernel_shape") ?? extents(weightPosition).map { Array($0.dropFirst(2)) }
        let strides = ints("strides") ?? [1, 1]
        let groups = attribute.first { $0.name == "group" }.map { Int($0.i) } ?? 1
        guard let input = extents(0), let output, let kernel, input.count == 4, output.count == 4, kernel.count == 2,
            strides.count == 2
        else { return nil }
        let convolution = Convolution(
            inputChannels: input[1], outputChannels: output[1], groups: groups,
            kernel: .init(height: kernel[0], width: kernel[1]), stride: .init(height: strides[0], width: strides[1]),
            input: .init(height: input[2], width: input[3]))
        return convolution.isValid ? convolution : nil
    }

    /// Which input holds the weights.
    private static let weightPositions = ["Conv": 1, "ConvInteger": 1, "QLinearConv": 3]

    private func ints(_ name: String) -> [Int]? {
        attribute.first { $0.name == name }.map { $0.ints.map(Int.init) }
    }
}
