public import Model

/// Time to code a value on the edge and decode it in the cloud, in nanoseconds.
public struct CodingCost: Hashable, Sendable {
    public var encode: Double
    public var decode: Double

    public init(encode: Double, decode: Double) {
        self.encode = encode
        self.decode = decode
    }

    public static let free = CodingCost(encode: 0, decode: 0)
}

/// A linear model of the time that coding takes: a price for each value by coding and precision.
public struct CodingCosts: Hashable, Sendable {
    /// What is not listed costs what it does packed, and nothing where that is not listed either.
    public var value: [TransmitCoding: [Precision: CodingCost]]

    public init(value: [TransmitCoding: [Precision: CodingCost]]) { self.value = value }

    public static let free = CodingCosts(value: [:])

    package func cost(of crossing: [TransmittedTensor], _ coding: TransmitCoding) -> CutCost {
        var encode = 0.0
        var decode = 0.0
        for tensor in crossing {
            let cost = value[coding]?[tensor.precision] ?? value[.packed]?[tensor.precision] ?? .free
            encode += Double(tensor.shape.elementCount) * cost.encode
            decode += Double(tensor.shape.elementCount) * cost.decode
        }
        return CutCost(edge: Nanoseconds(seconds: encode / 1e9), cloud: Nanoseconds(seconds: decode / 1e9))
    }
}
