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
        let layout = ChannelLayout(extents, axis: axis)
        var scales: [Float] = []
        var codes = [Int8](repeating: 0, count: values.count)
        var squaredError = 0.0
        var channel = [Float](repeating: 0, count: layout.outer * layout.inner)
        for index in 0..<layout.channels {
            layout.forEachElement(of: index) { channel[$1] = values[$0] }
            let (quantiser, error) = channel.withUnsafeBufferPointer {
                let quantiser = SymmetricQuantiser(fitting: $0, bits: bits, leastScale: leastScale?[index] ?? 0)
                return (quantiser, quantiser.squaredError(of: $0))
            }
            scales.append(quantiser.scale)
            squaredError += error
            layout.forEachElement(of: index) { codes[$0] = quantiser.code(of: channel[$1]) }
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
        let layout = ChannelLayout(extents, axis: axis)
        return codes.indices.map { Float(codes[$0]) * scales[$0 / layout.inner % layout.channels] }
    }
}

/// Where the elements of one channel lie in a row-major tensor: in `outer` runs of `inner`.
private struct ChannelLayout {
    let outer: Int
    let channels: Int
    let inner: Int

    init(_ extents: [Int], axis: Int) {
        outer = extents[..<axis].reduce(1, *)
        channels = extents[axis]
        inner = extents[(axis + 1)...].reduce(1, *)
    }

    /// Calls `body` with the place of each element in the tensor and its number in the channel.
    @inline(__always)
    func forEachElement(of channel: Int, _ body: (_ place: Int, _ number: Int) -> Void) {
        for run in 0..<outer {
            let start = (run * channels + channel) * inner
            for offset in 0..<inner { body(start + offset, run * inner + offset) }
        }
    }
}
