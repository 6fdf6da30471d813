/// A weight as integers, with a scale for each index along one axis: the output channel, so that a filter with small weights
/// does not share the step of one with large weights (Krishnamoorthi, "Quantizing deep convolutional networks for efficient
/// inference", arXiv 1806.08342, 3.1).
package struct ChannelQuantisation: Sendable {
    package let extents: [Int]
    package let axis: Int
    package let bits: Int
    /// One for each index along the axis.
    package let scales: [Float]
    /// Row-major, as the weight's elements are.
    package let codes: [Int8]
    /// Sum over all elements of the squared difference that quantisation makes.
    package let squaredError: Double

    /// - Parameters:
    ///   - values: row-major, as many as the extents ask for.
    ///   - leastScale: for each index along the axis the scale is at least this; `nil` for no bound.
    /// - Complexity: O(n · grid).
    package init(_ values: [Float], extents: [Int], axis: Int, bits: Int, leastScale: [Float]? = nil) {
        precondition(extents.indices.contains(axis) && values.count == extents.reduce(1, *))
        let channels = extents[axis]
        let inner = extents[(axis + 1)...].reduce(1, *)
        let outer = extents[..<axis].reduce(1, *)
        var scales: [Float] = []
        var codes = [Int8](repeating: 0, count: values.count)
        var squaredError = 0.0
        var channel = [Float](repeating: 0, count: outer * inner)
        for index in 0..<channels {
            for block in 0..<outer {
                let start = (block * channels + index) * inner
                for offset in 0..<inner { channel[block * inner + offset] = values[start + offset] }
            }
            let quantiser = channel.withUnsafeBufferPointer {
                SymmetricQuantiser(fitting: $0, bits: bits, leastScale: leastScale?[index] ?? 0)
            }
            scales.append(quantiser.scale)
            squaredError += channel.withUnsafeBufferPointer { quantiser.squaredError(of: $0) }
            for block in 0..<outer {
                let start = (block * channels + index) * inner
                for offset in 0..<inner { codes[start + offset] = quantiser.code(of: channel[block * inner + offset]) }
            }
        }
        self.extents = extents
        self.axis = axis
        self.bits = bits
        self.scales = scales
        self.codes = codes
        self.squaredError = squaredError
    }

    /// The codes as ONNX stores them: of 4 or 2 bits two or four in a byte, the first in the lowest bits, the last byte filled
    /// with zeros.
    package var packedCodes: [UInt8] {
        let perByte = 8 / bits
        let mask = UInt8(truncatingIfNeeded: (1 << bits) - 1)
        var bytes = [UInt8](repeating: 0, count: (codes.count + perByte - 1) / perByte)
        for (index, code) in codes.enumerated() {
            bytes[index / perByte] |= (UInt8(bitPattern: code) & mask) << UInt8(index % perByte * bits)
        }
        return bytes
    }

    /// What the integers stand for, row-major.
    package var values: [Float] {
        let inner = extents[(axis + 1)...].reduce(1, *)
        return codes.indices.map { Float(codes[$0]) * scales[$0 / inner % extents[axis]] }
    }
}
