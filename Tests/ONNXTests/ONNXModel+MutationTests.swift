import Model
import ONNX
import TestSupport
import Testing

@Suite struct ONNXModelMutationTests {
    /// A damaged model is read and cut, or refused in one line: it never crashes and never asks for much memory.
    @Test func tenThousandMutationsDoNoHarm() throws {
        var outcomes = (cut: 0, refused: 0)
        for seed in 0..<10_000 as Range<UInt64> {
            let fixture = seed % 2 == 0 ? ONNXFixture.residual : .branching
            var random = SeededGenerator(seed: seed)
            let bytes = Self.mutate(fixture.bytes, using: &random)
            do throws(ONNXError) {
                try Self.readAndCut(bytes, fixture)
                outcomes.cut += 1
            } catch {
                outcomes.refused += 1
                #expect(!error.description.contains("\n") && error.description.hasPrefix("m"), "seed \(seed)")
            }
        }
        #expect(outcomes.cut > 100 && outcomes.refused > 1000)
    }

    private static func readAndCut(_ bytes: [UInt8], _ fixture: ONNXFixture) throws(ONNXError) {
        let model = try ONNXModel(bytes: bytes, name: "m")
        let bound = try model.binding(shapes: [:])
        _ = try bound.exposingActivations().serialized()
        let graph = try bound.layerGraph(tensors: fixture.tensors)
        for count in 0...graph.layers.count {
            let (head, tail) = try bound.halves(of: Partition(prefix: count, of: graph), in: graph)
            _ = try head?.model.serialized()
            _ = try tail?.model.serialized()
        }
    }

    private static func mutate(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        case 1:
            let start = Int.random(in: 0..<bytes.count, using: &random)
            let piece = bytes[start..<min(bytes.count, start + Int.random(in: 1...200, using: &random))]
            bytes.insert(contentsOf: Array(piece), at: Int.random(in: 0...bytes.count, using: &random))
        case 2:
            let start = Int.random(in: 0..<bytes.count, using: &random)
            bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...50, using: &random)))
        case 3:
            let length = Int.random(in: 0...300, using: &random)
            let start: [UInt8] = Bool.random(using: &random) ? [0x08, 0x08, 0x3A] : []
            bytes = start + (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        default:
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
        }
        return bytes
    }
}
