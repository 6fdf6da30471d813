import DataPlane
import Inference
import Model
import TestSupport

/// A network of two dense layers with real sessions for every half: image [1, 512] → hidden → active [1, 256] → logits
/// [1, 10].
struct TinyNetwork: HalfSource {
    private static let width = 512
    private static let hidden = 256
    private static let loaded = Result { try Runtime.load() }

    let identity = ModelIdentity(name: "tiny", sha256: String(repeating: "7", count: 64))
    let inputs = [Tensor(name: "image", elementType: .float32, shape: TensorShape([1, Self.width]))]
    let outputs = [Tensor(name: "logits", elementType: .float32, shape: TensorShape([1, 10]))]

    static let edgeOnly = plan("edge-only", crossing: nil, head: 3)
    static let cloud8 = plan("cloud-8", crossing: "image", bits: 8, head: 0)
    static let middle8 = plan("active@8", crossing: "active", bits: 8, head: 2)
    static let middle32 = plan("hidden@32", crossing: "hidden", bits: 32, head: 1)
    static let all = [edgeOnly, cloud8, middle8, middle32]

    var planSet: PlanSet { PlanSet(model: identity, plans: Self.all) }

    private static func plan(_ id: String, crossing: String?, bits: Int = 8, head: Int) -> Plan {
        let width = crossing == "image" ? width : hidden
        let precision = Precision(bits: bits) ?? .eightBits
        let tensors = crossing.map {
            [
                TransmittedTensor(
                    name: $0, elementType: .float32, shape: TensorShape([1, width]), precision: precision,
                    range: precision.isQuantised ? ValueRange(low: -4, high: 4) : nil)
            ]
        }
        return Plan(
            id: id, crossing: tensors ?? [], coding: .packed, headLayers: head,
            edgeWork: .microseconds(100 * Int64(head)),
            encodeWork: .microseconds(10), transmitBytes: crossing == nil ? 0 : width * bits / 8,
            cloudWork: .microseconds(crossing == nil ? 0 : 100 * Int64(3 - head)), resultBytes: 40, edgeBytes: 1)
    }

    func whole() throws -> any ModelHalf { try session(from: "image", to: "logits") }
    func head(of plan: Plan) throws -> any ModelHalf {
        try session(from: "image", to: plan.crossing.first?.name ?? "logits")
    }
    func tail(of plan: Plan) throws -> any ModelHalf { try session(from: plan.crossing[0].name, to: "logits") }

    private func session(from input: String, to output: String) throws -> Session {
        let widths = ["image": Self.width, "hidden": Self.hidden, "active": Self.hidden, "logits": 10]
        let stages = ["image", "hidden", "active", "logits"]
        var model = ONNXModelBuilder()
        model.input(input, [1, .fixed(widths[input] ?? 0)])
        model.output(output, [1, .fixed(widths[output] ?? 0)])
        let first = stages.firstIndex(of: input) ?? 0
        let last = stages.firstIndex(of: output) ?? 0
        for stage in first..<last {
            switch stage {
            case 0:
                model.weight("w0", [Self.width, Self.hidden], seed: 1)
                model.node("MatMul", ["image", "w0"], ["hidden"], name: "m0")
            case 1: model.node("Relu", ["hidden"], ["active"], name: "relu")
            default:
                model.weight("w1", [Self.hidden, 10], seed: 2)
                model.node("MatMul", ["active", "w1"], ["logits"], name: "m1")
            }
        }
        return try Session(runtime: Self.loaded.get(), model: .bytes(model.bytes()))
    }
}

/// Seeded frames of the tiny network, each labelled with the class that the whole model gives it.
struct TinyFrames: FrameSource {
    private let frames: [SourceFrame]

    init(count: Int = 20) throws {
        let whole = try TinyNetwork().whole()
        var random = SeededGenerator(seed: 5)
        frames = try (0..<count).map { _ in
            let values = (0..<512).map { _ in Float.random(in: -1...1, using: &random) }
            let input = TensorValue(floats: values, shape: TensorShape([1, 512]))
            let logits = try whole.compute([input])[0].floats
            return SourceFrame(inputs: [input], label: logits.indices.max { logits[$0] < logits[$1] })
        }
    }

    func frame(_ number: Int) throws -> SourceFrame { frames[number % frames.count] }
}
