import Model

/// A `BitWidthProblem` as classes of options, one of each to be chosen: a class for each layer with the tensors that it
/// writes and transmits, one for each transmitted tensor that no layer of the head writes, and one for what is fixed.
struct BitWidthClasses {
    struct Option {
        var latency = 0
        /// In units.
        var distortion = 0
        /// Bits of the weights.
        var memory = 0
        /// Bits of the activation.
        var peak = 0
        /// Positions among the layer's choices.
        var weight = 0
        var activation = 0
        /// Positions among the options of each tensor of the class.
        var sent: [Int] = []
    }

    /// What a class stands for.
    private struct Subject {
        var layer: Int?
        /// Positions of its transmitted tensors.
        var tensors: [Int] = []
    }

    private(set) var options: [[Option]] = []
    private var subjects: [Subject] = []
    let problem: BitWidthProblem

    init(_ problem: BitWidthProblem) {
        self.problem = problem
        var written = [[Int]](repeating: [], count: problem.layers.count)
        for (index, tensor) in problem.transmissions.enumerated() {
            if let producer = tensor.producer { written[producer].append(index) }
        }
        for index in problem.layers.indices {
            add(Subject(layer: index, tensors: written[index]), layerOptions(index, sending: written[index]))
        }
        for (index, tensor) in problem.transmissions.enumerated() where tensor.producer == nil {
            add(Subject(tensors: [index]), sendings(of: [index], activationBits: nil))
        }
        add(Subject(), [Option(latency: Int(problem.fixedLatency.count))])
    }

    private mutating func add(_ subject: Subject, _ options: [Option]) {
        subjects.append(subject)
        self.options.append(options)
    }

    /// The bit widths that a choice of one option in each class stands for.
    func widths(of choice: [Int]) -> BitWidths {
        var widths = BitWidths(
            weights: [Int](repeating: 0, count: problem.layers.count),
            activations: [Int](repeating: 0, count: problem.layers.count),
            transmissions: [Int](repeating: 0, count: problem.transmissions.count))
        for (subject, option) in zip(subjects, zip(options, choice).map { $0[$1] }) {
            if let layer = subject.layer {
                widths.weights[layer] = problem.layers[layer].weightChoices[option.weight].bits
                widths.activations[layer] = problem.layers[layer].activationChoices[option.activation].bits
            }
            for (tensor, position) in zip(subject.tensors, option.sent) {
                widths.transmissions[tensor] = problem.transmissions[tensor].options[position].bits
            }
        }
        return widths
    }
}

extension BitWidthClasses {
    private func layerOptions(_ index: Int, sending tensors: [Int]) -> [Option] {
        let layer = problem.layers[index]
        var options: [Option] = []
        options.reserveCapacity(layer.weightChoices.count * layer.activationChoices.count)
        let weightUnits = layer.weightChoices.map { problem.scale.units($0.distortion) }
        for (column, activation) in layer.activationChoices.enumerated() {
            let activationUnits = problem.scale.units(activation.distortion)
            let sendings = sendings(of: tensors, activationBits: activation.bits)
            for (row, weight) in layer.weightChoices.enumerated() {
                for sending in sendings {
                    options.append(
                        Option(
                            latency: Int(layer.latency[row][column].count) + sending.latency,
                            distortion: weightUnits[row] + activationUnits + sending.distortion,
                            memory: layer.weights * weight.bits, peak: layer.activations * activation.bits,
                            weight: row, activation: column, sent: sending.sent))
                }
            }
        }
        return options
    }

    /// The ways of sending tensors of a layer whose activation has certain bits, none no better than another in latency
    /// and distortion.
    private func sendings(of tensors: [Int], activationBits: Int?) -> [Option] {
        var sendings = [Option()]
        for tensor in tensors.lazy.map({ problem.transmissions[$0] }) {
            var longer: [Option] = []
            for sending in sendings {
                for (position, option) in tensor.options.enumerated() {
                    let isSame = option.bits == activationBits
                    if tensor.rule == .asActivation, !isSame { continue }
                    var extended = sending
                    extended.latency += Int(option.latency.count)
                    extended.distortion += isSame ? 0 : problem.scale.units(option.distortion)
                    extended.sent.append(position)
                    longer.append(extended)
                }
            }
            sendings = Self.undominated(longer)
        }
        return sendings
    }

    /// Ascending in latency, descending in distortion; of equals the first remains.
    private static func undominated(_ sendings: [Option]) -> [Option] {
        let order = sendings.indices.sorted {
            (sendings[$0].latency, sendings[$0].distortion, $0) < (sendings[$1].latency, sendings[$1].distortion, $1)
        }
        var kept: [Option] = []
        for index in order where sendings[index].distortion < kept.last?.distortion ?? .max {
            kept.append(sendings[index])
        }
        return kept
    }
}
