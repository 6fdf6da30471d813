public import FoundationEssentials
public import Model

extension PlanSet {
    /// Reads a plan file and checks what it says.
    ///
    /// - Parameter source: how to name the file to a person: its path.
    /// - Throws: `DocumentError`, which names the place: `plans[3].transmit_bytes`.
    public static func decode(from data: Data, source: String) throws(DocumentError) -> PlanSet {
        let check = DocumentCheck(source: source)
        try check.version(of: data, is: currentVersion)
        let document = try StableJSON.decode(PlanSet.self, from: data, source: source)
        try check.identity(document.model)
        try check.require(!document.plans.isEmpty, "plans", "is empty; a plan set has at least one plan")
        try check.count(document.plans.count, "plans")
        try check.unique(document.plans.map(\.id)) { "plans[\($0)].id" }
        if let reference = document.reference { try check.accuracy(reference, "reference") }
        for (index, plan) in document.plans.enumerated() { try check.plan(plan, "plans[\(index)]") }
        if let energy = document.energy { try check.energy(energy, "energy") }
        if let tariff = document.tariff {
            try check.amount(tariff.sentByte, "tariff.sent_per_byte")
            try check.amount(tariff.returnedByte, "tariff.returned_per_byte")
        }
        var set = PlanSet(model: document.model, plans: document.plans, reference: document.reference)
        (set.energy, set.tariff) = (document.energy, document.tariff)
        return set
    }

    /// The plan file of this set: equal sets give equal bytes.
    ///
    /// - Throws: where a number is not finite, which JSON cannot say.
    public func encode() throws -> Data { try StableJSON.encode(self) }
}

extension DocumentCheck {
    fileprivate func plan(_ plan: Plan, _ place: String) throws(DocumentError) {
        try require(
            (0...Limit.count).contains(plan.headLayers), "\(place).head_layers",
            "is \(plan.headLayers); it must lie between 0 and \(Limit.count)")
        try time(plan.edgeWork, "\(place).edge_ms")
        try time(plan.encodeWork, "\(place).encode_ms")
        try time(plan.cloudWork, "\(place).cloud_ms")
        try bytes(plan.transmitBytes, "\(place).transmit_bytes")
        if let p95 = plan.transmitBytesP95 { try bytes(p95, "\(place).transmit_bytes_p95") }
        try bytes(plan.resultBytes, "\(place).result_bytes")
        try bytes(plan.edgeBytes, "\(place).edge_bytes")
        if let maximum = plan.edgeBytesByMaximum { try bytes(maximum, "\(place).edge_bytes_by_maximum") }
        if let move = plan.moveBytes { try bytes(move, "\(place).move_bytes") }
        if let certificate = plan.certificate {
            try amount(certificate.edgeSlowdown, "\(place).certificate.edge_slowdown")
            try amount(certificate.uplink.bitsPerSecond, "\(place).certificate.uplink_bps")
        }
        if let distortion = plan.distortion {
            try require(
                distortion.isFinite && distortion >= 0, "\(place).distortion",
                "is \(distortion); it must be finite and not negative")
        }
        if let accuracy = plan.accuracy { try self.accuracy(accuracy, "\(place).accuracy") }
        if let precision = plan.headPrecision { try head(precision, "\(place).head_precision") }
        if plan.isEdgeOnly { try edgeOnly(plan, place) }
        try count(plan.crossing.count, "\(place).cut")
        try unique(plan.crossing.map(\.name)) { "\(place).cut[\($0)].name" }
        for (index, tensor) in plan.crossing.enumerated() { try self.tensor(tensor, "\(place).cut[\(index)]") }
    }

    fileprivate func energy(_ energy: EnergyModel, _ place: String) throws(DocumentError) {
        try amount(energy.compute, "\(place).compute_w")
        try amount(energy.idle, "\(place).idle_w")
        try amount(energy.radio, "\(place).radio_w")
        try amount(energy.sentByte, "\(place).sent_j_per_byte")
        try amount(energy.receivedByte, "\(place).received_j_per_byte")
    }

    fileprivate func amount(_ amount: Double, _ place: @autoclosure () -> String) throws(DocumentError) {
        try require(amount >= 0 && amount.isFinite, place(), "is \(amount); it must be 0 or more")
    }

    private func edgeOnly(_ plan: Plan, _ place: String) throws(DocumentError) {
        let problem = "is not 0, though nothing crosses the cut and the whole model runs on the edge"
        try require(plan.encodeWork == .zero, "\(place).encode_ms", problem)
        try require(plan.transmitBytes == 0, "\(place).transmit_bytes", problem)
        try require(plan.cloudWork == .zero, "\(place).cloud_ms", problem)
        try require(plan.resultBytes == 0, "\(place).result_bytes", problem)
    }

    private func head(_ precision: HeadPrecision, _ place: String) throws(DocumentError) {
        try count(precision.layers.count, "\(place).layer_weight_bits")
        try count(precision.activations.count, "\(place).activation_ranges")
        for (name, range) in precision.activations.sorted(by: { $0.key < $1.key }) {
            try self.range(range, "\(place).activation_ranges.\(name)")
        }
    }

    private func range(_ range: ValueRange, _ place: @autoclosure () -> String) throws(DocumentError) {
        try require(range.isValid, place(), "is not a range: low must be at most high, both finite")
    }

    private func tensor(_ tensor: TransmittedTensor, _ place: String) throws(DocumentError) {
        try shape(tensor.shape, of: tensor.elementType, place)
        if let range = tensor.range { try self.range(range, "\(place).range") }
        guard tensor.precision.isQuantised else { return }
        try require(
            tensor.elementType == .float32, "\(place).transmit_bits",
            "is \(tensor.precision.bits); a tensor of \(tensor.elementType.rawValue) travels unquantised, at 32")
        try require(tensor.range != nil, "\(place).range", "is missing; a quantised tensor needs its range of values")
    }

    fileprivate func accuracy(_ accuracy: Accuracy, _ place: String) throws(DocumentError) {
        try require(
            (1...(1 << 40)).contains(accuracy.samples), "\(place).samples",
            "is \(accuracy.samples); at least 1 sample is measured")
        try share(accuracy.agreement, "\(place).agreement")
        if let topOne = accuracy.topOne { try share(topOne, "\(place).top_one") }
        for (count, key) in [(accuracy.labelled, "labelled"), (accuracy.lost, "lost"), (accuracy.gained, "gained")] {
            guard let count else { continue }
            try require(
                (0...accuracy.samples).contains(count), "\(place).\(key)",
                "is \(count); it must lie between 0 and the \(accuracy.samples) samples")
        }
        if let ratio = accuracy.signalToNoise {
            try require(ratio.isFinite, "\(place).signal_to_noise_db", "is \(ratio); it must be finite")
        }
    }
}
