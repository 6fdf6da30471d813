import Model
import ONNX
import Optimizer

/// Bits of a plan's weights that are not proved to be the best, since the work given to their search ran out.
public struct UnprovedWeightBits: Hashable, Sendable {
    /// Names of what crosses the cut; empty for edge-only.
    public var crossing: [String]
    /// By which share of it what was minimised may exceed the least.
    public var gap: Double
}

/// Heads in other numbers than the model's, beside those in floats.
extension Planner {
    /// Each cut's heads, for each precision that is sent.
    struct HeadForms {
        private var forms: [Cut: [Precision: [HeadForm]]] = [:]

        subscript(cut: Cut, precision: Precision) -> [HeadForm] {
            get { forms[cut]?[precision] ?? [] }
            set { forms[cut, default: [:]][precision] = newValue }
        }
    }

    /// The head in 8-bit integers of each cut and of the edge alone; and, where memory or distortion is bounded and
    /// the bound asks for it, the head whose weights have the bits that suit the bound best (`WeightBitsChoice`).
    ///
    /// - Parameter site: knows what a head takes; one that it does not know is left out. `nil` where that does not matter.
    mutating func headForms(
        of cuts: [Cut], at precisions: (Cut) -> [Precision], on site: (any CostModel)?
    ) throws -> HeadForms {
        var forms = HeadForms()
        for cut in cuts + [model.graph.edgeOnlyCut] {
            guard let integers = try integerHead(of: cut, on: site) else { continue }
            let choice = try weightBitsChoice(of: cut, integers, on: site)
            var mixed: [Double: HeadForm?] = [:]
            for precision in cut.partition.isEdgeOnly ? [.unquantised] : precisions(cut) {
                forms[cut, precision] = [integers]
                guard let choice, let sent = distortion(ofSending: cut, at: precision, from: integers) else { continue }
                let form = try mixed[sent] ?? mixedHead(of: cut, choice, sent, integers, on: site)
                mixed[sent] = form
                if let form { forms[cut, precision].append(form) }
            }
        }
        return forms
    }

    /// A cut's head in 8-bit integers; `nil` where no layer of it would compute in them.
    private func integerHead(of cut: Cut, on site: (any CostModel)?) throws -> HeadForm? {
        try form("int8", cut, calibration.integerHead(of: cut, in: model.graph), on: site)
    }

    private func form(
        _ name: String, _ cut: Cut, _ precision: HeadPrecision, on site: (any CostModel)?
    ) throws -> HeadForm? {
        let layers = model.graph.layers
        func bits(_ layer: LayerIndex) -> OperandBits {
            OperandBits(weights: precision.weightBits(of: layers[layer].name).bits, activations: 8)
        }
        guard let time = site == nil ? .zero : site?.headTime(of: cut, at: bits),
            try model.computesInIntegers(cut.partition, precision)
        else { return nil }
        return HeadForm(
            name: name, precision: precision, edge: time,
            weightBytes: try model.promisedHeadBytes(of: cut.partition, precision: precision))
    }

    /// The choice of weight bits that a bound asks for; `nil` where none does: where 8 bits throughout keep to the
    /// bound on memory and are as fast as any.
    private func weightBitsChoice(
        of cut: Cut, _ integers: HeadForm, on site: (any CostModel)?
    ) throws -> WeightBitsChoice? {
        guard constraints.memory != nil || constraints.distortion != nil else { return nil }
        let weights = try model.quantisableWeights(of: cut.partition).map { try weight($0, on: site) }
        let activations = calibration.distortion(
            of: cut.partition, in: model.graph, weightBits: { _ in nil },
            activationBits: { integers.precision.activations[$0.name] == nil ? nil : 8 })
        guard let activations, !weights.isEmpty else { return nil }
        let elements = weights.reduce(0) { $0 + $1.elements }
        let choice = WeightBitsChoice(
            weights: weights,
            fixedBytes: model.graph.edgeBytes(of: cut.partition, weightBytes: integers.weightBytes - elements),
            fixedDistortion: activations)
        let fits = choice.fits(memory: constraints.memory ?? .max)
        return fits && !(constraints.distortion != nil && choice.fewerBitsAreFaster) ? nil : choice
    }

    /// A weight with its errors, and what its layers take, at each width.
    private func weight(_ weight: QuantisableWeight, on site: (any CostModel)?) throws -> WeightBitsChoice.Weight {
        let known = weight.layers.lazy.compactMap { calibration.weights[$0] }.first
        let readers = model.graph.layers.indices.filter { weight.layers.contains(model.graph.layers[$0].name) }
        return WeightBitsChoice.Weight(
            layers: weight.layers, elements: weight.elements,
            distortions: try WeightBitsChoice.widths.map { bits in
                guard let error = known?.distortion(bits: bits) else {
                    throw PlanningError.bitWidths(
                        place: "the weights of layer '\(weight.layers[0])'",
                        problem: "were not measured at \(bits) bits; calibrate this model on samples")
                }
                return error
            },
            times: WeightBitsChoice.widths.map { bits in
                readers.reduce(.zero) { sum, layer in
                    sum + (site?.layerTime(layer, at: OperandBits(weights: bits, activations: 8)) ?? .zero)
                }
            })
    }

    /// What sending at a precision adds to a head's distortion, as far as that is bounded; `nil` where it is and that was not
    /// measured.
    private func distortion(ofSending cut: Cut, at precision: Precision, from head: HeadForm) -> Double? {
        guard constraints.distortion != nil else { return 0 }
        return calibration.distortion(ofSending: cut.crossing, in: model.graph, from: head.precision) { tensor in
            tensor.elementType == .float32 ? precision.bits : Precision.unquantised.bits
        }
    }

    /// The head whose weights have the bits chosen; `nil` where none keeps to the bounds, where those chosen are 8
    /// throughout, and where no layer is left that computes in integers: then the runtime would hold all weights as
    /// floats, and memory would not be saved.
    private mutating func mixedHead(
        of cut: Cut, _ choice: WeightBitsChoice, _ sent: Double, _ integers: HeadForm, on site: (any CostModel)?
    ) throws -> HeadForm? {
        var choice = choice
        choice.fixedDistortion += sent
        let solution = try choice.solve(
            memory: constraints.memory, distortion: constraints.distortion, workLimit: weightBitsWorkLimit)
        guard let solution else { return nil }
        var precision = integers.precision
        precision.layers = choice.layers(solution.widths)
        guard !precision.layers.isEmpty else { return nil }
        let form = try form("mixed", cut, precision, on: site)
        if form != nil, solution.gap > 0 {
            unprovedWeightBits.append(
                UnprovedWeightBits(
                    crossing: cut.names(in: model.graph), gap: Double(solution.gap) / Double(solution.value)))
        }
        return form
    }
}
