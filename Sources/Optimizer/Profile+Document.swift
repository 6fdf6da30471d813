public import FoundationEssentials
public import Model

extension Profile {
    /// Reads a profile and checks what it says.
    ///
    /// - Parameter source: how to name the file to a person: its path.
    /// - Throws: `DocumentError`, which names the place: `layers[12].timing.median_ms`.
    public static func decode(from data: Data, source: String) throws(DocumentError) -> Profile {
        let check = DocumentCheck(source: source)
        try check.version(of: data, is: currentVersion)
        let profile = try StableJSON.decode(Profile.self, from: data, source: source)
        try check.identity(profile.model)
        try check.require(
            (1...4096).contains(profile.threads), "threads", "is \(profile.threads); it must lie between 1 and 4096")
        try check.timing(profile.whole, "whole")
        try check.layers(profile.layers)
        try check.halves(profile.heads, "heads")
        try check.halves(profile.integerHeads ?? [], "integer_heads")
        try check.halves(profile.tails, "tails")
        try check.coding(profile.coding)
        return profile
    }

    /// Reads a profile that has to be of one model: times of another, though its layers bear the same names, say nothing here.
    ///
    /// - Throws: as `decode(from:source:)`; `DocumentError` at `model.sha256` where it was measured on another model.
    public static func decode(
        from data: Data, source: String, of model: ModelIdentity
    ) throws(DocumentError) -> Profile {
        let profile = try decode(from: data, source: source)
        try DocumentCheck(source: source).require(
            profile.model.sha256 == model.sha256, "model.sha256",
            "is of another model, '\(profile.model.name)', than '\(model.name)'; profile that file")
        return profile
    }

    /// The file of this profile: equal profiles give equal bytes.
    public func encode() throws -> Data { try StableJSON.encode(self) }
}

extension DocumentCheck {
    fileprivate func timing(_ timing: Timing, _ place: String) throws(DocumentError) {
        try time(timing.median, "\(place).median_ms")
        try time(timing.spread, "\(place).spread_ms")
        try require(timing.runs > 0, "\(place).runs", "is \(timing.runs); a time is of at least one run")
    }

    fileprivate func layers(_ layers: [Profile.LayerTiming]) throws(DocumentError) {
        try count(layers.count, "layers")
        try unique(layers.map(\.name)) { "layers[\($0)].name" }
        for (index, layer) in layers.enumerated() {
            try timing(layer.timing, "layers[\(index)].timing")
            for (position, tensor) in layer.outputs.enumerated() {
                try shape(tensor.shape, of: tensor.elementType, "layers[\(index)].outputs[\(position)]")
            }
        }
    }

    fileprivate func halves(_ halves: [Profile.HalfTiming], _ place: String) throws(DocumentError) {
        try count(halves.count, place)
        var first: [[String]: Int] = [:]
        for (index, half) in halves.enumerated() {
            try timing(half.timing, "\(place)[\(index)].timing")
            try unique(half.cut) { "\(place)[\(index)].cut[\($0)]" }
            if let earlier = first.updateValue(index, forKey: half.cut) {
                throw DocumentError(
                    source: source, place: "\(place)[\(index)].cut", problem: "repeats that of \(place)[\(earlier)]")
            }
        }
    }

    fileprivate func coding(_ timings: [Profile.CodingTiming]) throws(DocumentError) {
        try count(timings.count, "coding")
        var seen = Set<String>()
        for (index, timing) in timings.enumerated() {
            try require(
                seen.insert("\(timing.precision.bits) \(timing.coding.rawValue)").inserted, "coding[\(index)]",
                "repeats '\(timing.coding.rawValue)' at \(timing.precision.bits) bits")
            try perValue(timing.encode, "coding[\(index)].encode_ns_per_value")
            try perValue(timing.decode, "coding[\(index)].decode_ns_per_value")
        }
    }

    private func perValue(_ nanoseconds: Double, _ place: String) throws(DocumentError) {
        try require(
            (0...Limit.nanosecondsPerValue).contains(nanoseconds), place,
            "is \(nanoseconds); it must lie between 0 and \(Limit.nanosecondsPerValue) ns")
    }
}
