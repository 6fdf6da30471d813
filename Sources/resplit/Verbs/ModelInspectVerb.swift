import ArgumentParser
import Model
import Optimizer
import Splitting

struct ModelInspectVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Layers, tensors, shapes, parameters and MACs of a model's working graph.")

    @OptionGroup var model: ModelOptions
    @Flag(help: "One JSON document on standard output.") var json = false

    func run() throws {
        let report = InspectReport(try model.open())
        if json { try Emit.json(report) } else { Emit.line(report.text) }
    }
}

/// What `model inspect` says.
private struct InspectReport: Encodable {
    struct Row: Encodable {
        var name: String
        var kind: String
        var inputs: [String]
        var outputs: [String]
        var parameters: Int
        var macs: Int
    }

    struct TensorRow: Encodable {
        var name: String
        var elementType: ElementType
        var shape: TensorShape
        var bytes: Int

        enum CodingKeys: String, CodingKey { case name, elementType = "element_type", shape, bytes }
    }

    var model: ModelIdentity
    var layers: [Row]
    var tensors: [TensorRow]
    var inputs: [String]
    var outputs: [String]
    var parameters: Int
    var macs: Int
    /// Valid prefix cuts, each by the names of its crossing tensors.
    var cuts: [[String]]

    init(_ source: SplitModel) {
        let graph = source.graph
        func names(_ indices: [TensorIndex]) -> [String] { indices.map { graph.tensors[$0].name } }
        model = source.identity
        layers = graph.layers.map {
            Row(
                name: $0.name, kind: $0.kind, inputs: names($0.inputs), outputs: names($0.outputs),
                parameters: $0.parameters, macs: $0.macs)
        }
        tensors = graph.tensors.map {
            TensorRow(name: $0.name, elementType: $0.elementType, shape: $0.shape, bytes: $0.byteCount)
        }
        inputs = names(graph.inputs)
        outputs = names(graph.outputs)
        parameters = graph.parameters
        macs = graph.macs
        cuts = graph.prefixCuts().map { $0.names(in: graph) }
    }

    var text: String {
        let shapes = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
        var table = Table(["layer", "operator", "output", "shape", "bytes", "parameters", "MACs"])
        for layer in layers {
            for (position, output) in layer.outputs.enumerated() {
                let tensor = shapes[output]
                table.add([
                    position == 0 ? layer.name : "", position == 0 ? layer.kind : "", output,
                    tensor.map { "\($0.shape)" } ?? "", tensor.map { Format.bytes($0.bytes) } ?? "",
                    position == 0 ? Format.count(layer.parameters) : "", position == 0 ? Format.count(layer.macs) : "",
                ])
            }
        }
        let inputs = inputs.map { "\($0) \(shapes[$0].map { "\($0.elementType.rawValue) \($0.shape)" } ?? "")" }
        return """
            \(model.name): \(layers.count) layers, \(Format.count(parameters)) parameters, \(Format.count(macs)) MACs, \
            \(cuts.count) prefix cuts
            inputs: \(inputs.joined(separator: ", ")); outputs: \(outputs.joined(separator: ", "))

            \(table.render())
            """
    }
}
