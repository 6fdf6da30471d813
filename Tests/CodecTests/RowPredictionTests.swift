import Codec
import Model
import Testing

/// The planes of a shape, sample by sample as the PNG specification writes its filters.
private struct Planes {
    var width: Int
    var height: Int
    var samples: [UInt8]

    /// Zero outside of the plane that row `y` lies in.
    func sample(_ x: Int, _ y: Int, plane: Int) -> Int {
        x < 0 || y < 0 ? 0 : Int(samples[(plane * height + y) * width + x])
    }

    func filtered(_ filter: Int, _ x: Int, _ y: Int, plane: Int) -> UInt8 {
        let a = sample(x - 1, y, plane: plane)
        let b = sample(x, y - 1, plane: plane)
        let c = sample(x - 1, y - 1, plane: plane)
        let p = a + b - c
        let nearest = [a, b, c].enumerated().min { (abs(p - $0.1), $0.0) < (abs(p - $1.1), $1.0) }?.element ?? 0
        let prediction = [0, a, b, (a + b) / 2, nearest][filter]
        return UInt8(truncatingIfNeeded: sample(x, y, plane: plane) - prediction)
    }

    func cost(_ row: [UInt8]) -> Int { row.reduce(0) { $0 + abs(Int(Int8(bitPattern: $1))) } }

    func filtered() -> [UInt8] {
        (0..<(samples.count / max(width * height, 1))).flatMap { plane in
            (0..<height).flatMap { y in
                let rows = (0..<5).map { filter in (0..<width).map { filtered(filter, $0, y, plane: plane) } }
                let best = rows.indices.min { (cost(rows[$0]), $0) < (cost(rows[$1]), $1) } ?? 0
                return [UInt8(best)] + rows[best]
            }
        }
    }
}

@Suite struct RowPredictionTests {
    @Test func agreesWithTheSpecificationSampleBySample() {
        for seed in UInt64(0)..<2000 {
            var random = SeededGenerator(seed: seed)
            let extents = (0..<3).map { _ in Int.random(in: 2...12, using: &random) }
            let step = Int.random(in: 1...256, using: &random)
            var last = 0
            let samples = (0..<extents.reduce(1, *)).map { _ in
                last += Int.random(in: 0..<step, using: &random) - step / 2
                return UInt8(truncatingIfNeeded: last)
            }
            let prediction = RowPrediction(shape: TensorShape(extents))
            let filtered = prediction.filtered(samples)
            #expect(
                filtered == Planes(width: extents[2], height: extents[1], samples: samples).filtered(), "seed \(seed)")
            #expect(prediction.unfiltered(filtered) == samples, "seed \(seed)")
        }
    }

    @Test(arguments: [
        ([], 1, 1), ([5], 5, 1), ([1, 512, 1, 1], 512, 1), ([3, 4, 5], 5, 12), ([2, 0, 5], 5, 0), ([4, 0], 0, 0),
        ([1, 1], 1, 1),
    ])
    func rowsAreTheLastExtentThatIsNotOne(extents: [Int], width: Int, rows: Int) {
        let samples = [UInt8](repeating: 7, count: width * rows)
        let filtered = RowPrediction(shape: TensorShape(extents)).filtered(samples)
        #expect(filtered.count == rows * (width + 1))
    }
}
