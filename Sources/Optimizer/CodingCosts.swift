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

/// A linear model of the time that coding takes: a price for each value by its precision, and one for each byte deflated.
public struct CodingCosts: Hashable, Sendable {
    /// For each value at a precision; one that is not listed is free.
    public var value: [Precision: CodingCost]
    /// For each packed byte that is deflated, besides its quantisation, at precisions that `deflatedValue` does not list.
    public var deflatedByte: CodingCost
    /// For each value at a precision that is quantised and deflated, in all.
    public var deflatedValue: [Precision: CodingCost]

    public init(
        value: [Precision: CodingCost], deflatedByte: CodingCost = .free,
        deflatedValue: [Precision: CodingCost] = [:]
    ) {
        self.value = value
        self.deflatedByte = deflatedByte
        self.deflatedValue = deflatedValue
    }

    public static let free = CodingCosts(value: [:])

    func cost(of crossing: [TransmittedTensor], _ coding: TransmitCoding) -> CutCost {
        var encode = 0.0
        var decode = 0.0
        func add(_ count: Int, _ cost: CodingCost) {
            encode += Double(count) * cost.encode
            decode += Double(count) * cost.decode
        }
        for tensor in crossing {
            if coding == .deflated, let whole = deflatedValue[tensor.precision] {
                add(tensor.shape.elementCount, whole)
                continue
            }
            add(tensor.shape.elementCount, value[tensor.precision] ?? .free)
            if coding == .deflated { add(tensor.packedBytes, deflatedByte) }
        }
        return CutCost(edge: Nanoseconds(seconds: encode / 1e9), cloud: Nanoseconds(seconds: decode / 1e9))
    }
}
