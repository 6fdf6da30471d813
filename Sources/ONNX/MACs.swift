import Model

/// Multiply-accumulate operations of one node, from the definitions of the ONNX operators: for each element of the output,
/// the number of products that are summed into it. Additions of a bias are not counted.
extension Onnx_NodeProto {
    /// - Parameters:
    ///   - output: extents of the first output.
    ///   - shape: extents of an input, where known.
    /// - Returns: zero for operators that only move or map values, or where a shape is not known; `nil` where the count
    ///   exceeds `Int`.
    func macs(output: [Int]?, shape: (String) -> [Int]?) -> Int? {
        func extents(_ position: Int) -> [Int]? { position < input.count ? shape(input[position]) : nil }
        func product(_ factors: [Int]?...) -> Int? {
            var all: [Int] = []
            for factor in factors {
                guard let factor else { return 0 }
                all += factor
            }
            return all.allSatisfy { $0 >= 0 } ? TensorShape.elementCount(of: all) : 0
        }
        switch opType {
        case "Conv", "ConvInteger", "DeformConv":
            return product(output, taps(input: extents(0), weight: extents(1)))
        case "QLinearConv":
            return product(output, taps(input: extents(0), weight: extents(3)))
        case "ConvTranspose":
            return product(extents(0), extents(1).map { Array($0.dropFirst()) })
        case "Gemm":
            return product(output, gemmInner(extents(0)))
        case "MatMul", "MatMulInteger", "QLinearMatMul":
            return product(
                output, extents(0)?.suffix(1).map(\.self) ?? inner(extents(opType == "QLinearMatMul" ? 3 : 1)))
        case "LSTM", "GRU", "RNN":
            guard let steps = product(extents(0).map { Array($0.prefix(2)) }),
                let gates = product(extents(1)), let recurrent = product(extents(2)),
                let sum = gates.checkedSum(recurrent)
            else { return nil }
            return steps.checkedProduct(sum)
        default: return 0
        }
    }

    /// Input channels of one group, and the extents of the kernel.
    private func taps(input: [Int]?, weight: [Int]?) -> [Int]? {
        if let weight { return Array(weight.dropFirst()) }
        let kernel = attribute.first { $0.name == "kernel_shape" }?.ints.map(Int.init)
        let group = attribute.first { $0.name == "group" }.map { Int($0.i) } ?? 1
        guard let input, input.count > 2, let kernel, group > 0 else { return nil }
        return [input[1] / group] + kernel
    }

    private func gemmInner(_ first: [Int]?) -> [Int]? {
        guard let first, first.count == 2 else { return nil }
        let isTransposed = attribute.first { $0.name == "transA" }?.i ?? 0 != 0
        return [first[isTransposed ? 0 : 1]]
    }

    /// The summed extent of a matrix product's right side.
    private func inner(_ second: [Int]?) -> [Int]? {
        guard let second else { return nil }
        return Array(second.suffix(2).prefix(1))
    }
}
