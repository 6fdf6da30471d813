import Model

/// Checks on a problem of bit widths, with the place named where it is wrong.
struct BitWidthCheck {
    /// What a problem may hold at most, so that no sum overflows.
    enum Limit {
        static let entries = 2_000
        static let count = 1 << 36
        static let bits = 32
        static let time = DocumentCheck.Limit.time
        static let bytes = DocumentCheck.Limit.bytes
    }

    func problem(
        _ layers: [BitWidthProblem.Layer], _ transmissions: [BitWidthProblem.Transmission],
        _ fixedLatency: Nanoseconds, _ limits: BitWidthProblem.Limits
    ) throws(PlanningError) {
        try require(layers.count <= Limit.entries, "the head", "has more than \(Limit.entries) layers")
        try require(
            transmissions.count <= Limit.entries, "the cut", "is crossed by more than \(Limit.entries) tensors")
        try time(fixedLatency, "the fixed latency")
        try bounds(limits)
        for (position, one) in layers.enumerated() { try layer(one, "layer \(position) '\(one.name)'") }
        for (position, one) in transmissions.enumerated() {
            try transmission(one, layers, "transmitted tensor \(position) '\(one.name)'")
        }
    }

    private func bounds(_ limits: BitWidthProblem.Limits) throws(PlanningError) {
        if let latency = limits.latency { try require(latency >= .zero, "the latency limit", "is negative") }
        if let memory = limits.memoryBits { try require(memory >= 0, "the memory limit", "is negative") }
        if let limit = limits.distortion { try distortion(limit, "the distortion limit") }
    }

    private func layer(_ layer: BitWidthProblem.Layer, _ place: @autoclosure () -> String) throws(PlanningError) {
        try require(
            (0...Limit.count).contains(layer.weights), place(),
            "has \(layer.weights) weights; it may have 0 to \(Limit.count)")
        try require(
            (1...Limit.count).contains(layer.activations), place(),
            "writes \(layer.activations) values; it may write 1 to \(Limit.count)")
        try bits(layer.weightChoices.map(\.bits), "the weights of \(place())")
        try bits(layer.activationChoices.map(\.bits), "the activation of \(place())")
        for choice in layer.weightChoices {
            try distortion(choice.distortion, "the distortion of the weights of \(place()) at \(choice.bits) bits")
        }
        for choice in layer.activationChoices {
            try distortion(choice.distortion, "the distortion of the activation of \(place()) at \(choice.bits) bits")
        }
        let isTable =
            layer.latency.count == layer.weightChoices.count
            && layer.latency.allSatisfy { $0.count == layer.activationChoices.count }
        try require(
            isTable, "the latency of \(place())",
            "is not a table of \(layer.weightChoices.count) rows (weight bits) by "
                + "\(layer.activationChoices.count) columns (activation bits)")
        for (row, weight) in zip(layer.latency, layer.weightChoices) {
            for (latency, activation) in zip(row, layer.activationChoices) {
                try time(latency, "the latency of \(place()) at \(weight.bits) and \(activation.bits) bits")
            }
        }
    }

    private func transmission(
        _ tensor: BitWidthProblem.Transmission, _ layers: [BitWidthProblem.Layer],
        _ place: @autoclosure () -> String
    ) throws(PlanningError) {
        try bits(tensor.options.map(\.bits), place())
        for option in tensor.options {
            try time(option.latency, "the latency of \(place()) at \(option.bits) bits")
            try distortion(option.distortion, "the distortion of \(place()) at \(option.bits) bits")
            try require(
                (0...Limit.bytes).contains(option.bytes), place(),
                "takes \(option.bytes) bytes at \(option.bits) bits; it may take 0 to \(Limit.bytes)")
        }
        if let producer = tensor.producer {
            try require(
                layers.indices.contains(producer), place(),
                "is written by layer \(producer), and there are \(layers.count) layers")
        }
        guard tensor.rule == .asActivation else { return }
        guard let producer = tensor.producer else {
            throw .bitWidths(
                place: place(), problem: "is to cross at the bits of an activation, but no layer of the head writes it")
        }
        for choice in layers[producer].activationChoices {
            try require(
                tensor.options.contains { $0.bits == choice.bits }, place(),
                "has no option of \(choice.bits) bits, which the activation of '\(layers[producer].name)' may have")
        }
    }

    private func bits(_ bits: [Int], _ place: @autoclosure () -> String) throws(PlanningError) {
        try require(!bits.isEmpty, place(), "may have no bit widths at all; list at least one")
        try require(
            bits.allSatisfy((1...Limit.bits).contains), place(),
            "may have the bit widths \(bits); each must be 1 to \(Limit.bits)")
        try require(
            zip(bits, bits.dropFirst()).allSatisfy(<), place(),
            "may have the bit widths \(bits); they must ascend, each once")
    }

    private func distortion(_ value: Double, _ place: @autoclosure () -> String) throws(PlanningError) {
        try require(value.isFinite && value >= 0, place(), "is \(value); it must be finite and not negative")
    }

    private func time(_ time: Nanoseconds, _ place: @autoclosure () -> String) throws(PlanningError) {
        try require(
            (.zero...Limit.time).contains(time), place(),
            "is \(time.inMilliseconds) ms; it must lie between 0 and \(Limit.time.inMilliseconds) ms")
    }

    private func require(
        _ condition: Bool, _ place: @autoclosure () -> String, _ problem: @autoclosure () -> String
    ) throws(PlanningError) {
        guard condition else { throw .bitWidths(place: place(), problem: problem()) }
    }
}
