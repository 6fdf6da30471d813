import Foundation
import Model
import Optimizer
import Sim

/// A network and its plan set, for an edge of slowdown one.
struct ContestModel {
    var name: String
    var planSet: PlanSet

    /// The project's own model, whose plan set lies beside this file, and two networks of the layer tables.
    static func all() throws -> [ContestModel] {
        try [digits(), table("resnet50"), table("mobilenet_v2")]
    }

    /// Made by `resplit plan models/resplit-digits.onnx --edge roofline:20,10 --cloud roofline:500,100`: 39 ms on the edge alone.
    private static func digits() throws -> ContestModel {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "resplit-digits.plans.json")
            .path
        let data = try Data(contentsOf: URL(filePath: path))
        return ContestModel(name: "resplit-digits", planSet: try PlanSet.decode(from: data, source: path))
    }

    private static let precisions = [Precision.fourBits, .eightBits]
    /// Nanoseconds a value to quantise and pack, and to unpack.
    private static let coding = CodingCost(encode: 1, decode: 0.1)

    /// An edge of 50 GFLOP/s and 10 GB/s, a cloud of 5000 and 500. Four and eight bits count as accurate enough, since a table has no
    /// weights to measure it with. The input is sent at eight bits, 150 kB: what a JPEG loses is not known either.
    private static func table(_ name: String) throws -> ContestModel {
        var options = LayerTable.PlanOptions(
            edge: try CostModelName(parsing: "roofline:50,10"), cloud: try CostModelName(parsing: "roofline:5000,500"))
        options.precisions = precisions
        options.codingCosts = CodingCosts(
            value: [.packed: Dictionary(uniqueKeysWithValues: precisions.map { ($0, coding) })])
        return ContestModel(name: name, planSet: try LayerTable.named(name).planSet(options))
    }
}
