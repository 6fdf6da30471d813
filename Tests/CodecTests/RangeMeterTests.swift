import Codec
import Model
import Testing

@Suite struct RangeMeterTests {
    @Test func agreesWithSearchingTheFiniteElements() {
        for seed in UInt64(0)..<2000 {
            var random = SeededGenerator(seed: seed)
            let special: [Float] = [.nan, .infinity, -.infinity, .signalingNaN]
            let values = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                (0..<Int.random(in: 0...20, using: &random)).map { _ in
                    Int.random(in: 0..<3, using: &random) == 0
                        ? special[Int.random(in: 0..<4, using: &random)] : Float(random.nextUnit() * 10 - 5)
                }
            }
            let finite = values.joined().filter(\.isFinite)
            let range = ValueRange.measured(values.map { TensorValue(floats: $0, shape: TensorShape([$0.count])) })
            #expect(range?.low == finite.min(), "seed \(seed)")
            #expect(range?.high == finite.max(), "seed \(seed)")
        }
    }
}
