import Model
import Optimizer

/// Times of layers on a made-up device, since none is at hand: operations and traffic over what the device can do in a second,
/// some for starting each layer, and a seeded tenth more or less, as measured times would have.
struct MadeUpTimes {
    var macsPerNanosecond: Double
    var bytesPerNanosecond: Double
    var start: Double

    static let edge = MadeUpTimes(macsPerNanosecond: 5, bytesPerNanosecond: 4, start: 15_000)
    static let cloud = MadeUpTimes(macsPerNanosecond: 400, bytesPerNanosecond: 100, start: 4_000)

    func nanoseconds(of graph: LayerGraph, _ random: inout SeededGenerator) -> [Int] {
        graph.layers.map { layer in
            let bytes = (layer.inputs + layer.outputs).reduce(layer.parameterBytes) { $0 + graph.tensors[$1].byteCount }
            let time = start + Double(layer.macs) / macsPerNanosecond + Double(bytes) / bytesPerNanosecond
            return Int(time * (0.9 + 0.2 * random.nextUnit()))
        }
    }
}

extension LayerGraph {
    /// Costs in nanoseconds: made-up times, and every tensor at a byte a value over a link.
    func costs(megabitsPerSecond: Double, seed: UInt64) -> CutCosts {
        var random = SeededGenerator(seed: seed)
        return CutCosts(
            edge: MadeUpTimes.edge.nanoseconds(of: self, &random),
            cloud: MadeUpTimes.cloud.nanoseconds(of: self, &random),
            transmit: tensors.map { Int(Double($0.elementCount) * 8_000 / megabitsPerSecond) })
    }

    /// Costs without rhyme or reason, for which the cut runs to and fro through the whole graph.
    func randomCosts(seed: UInt64) -> CutCosts {
        var random = SeededGenerator(seed: seed)
        func costs(_ count: Int) -> [Int] { (0..<count).map { _ in Int.random(in: 0...1_000_000, using: &random) } }
        return CutCosts(edge: costs(layers.count), cloud: costs(layers.count), transmit: costs(tensors.count))
    }
}
