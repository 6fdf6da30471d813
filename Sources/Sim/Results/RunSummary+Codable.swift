import Model

/// In JSON as reports have it: one flat object, in which a figure that a run has not is left out.
extension RunSummary: Codable {
    private enum Key: String, CodingKey {
        case frames, lost, mean = "mean_ms", p50 = "p50_ms", p95 = "p95_ms", p99 = "p99_ms"
        case deadlineMissed = "deadline_missed", fallbacks, moves, uplinkBytes = "uplink_bytes"
        case edgeEnergy = "edge_energy_j", regretToOracle = "regret_to_oracle"
        case regretToBestStatic = "regret_to_best_static"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func count(_ key: Key) throws -> Int { try container.decode(Int.self, forKey: key) }
        func share(_ key: Key) throws -> Double? { try container.decodeIfPresent(Double.self, forKey: key) }
        let (frames, lost) = (try count(.frames), try count(.lost))
        guard frames >= 0, lost >= 0, lost <= frames else {
            throw DecodingError.dataCorruptedError(
                forKey: .lost, in: container, debugDescription: "it must lie between 0 and the frames")
        }
        var latency: LatencySummary?
        if let mean = try container.decodeIfPresent(Nanoseconds.self, forKey: .mean) {
            latency = LatencySummary(
                frames: frames - lost, mean: mean, p50: try container.decode(Nanoseconds.self, forKey: .p50),
                p95: try container.decode(Nanoseconds.self, forKey: .p95),
                p99: try container.decode(Nanoseconds.self, forKey: .p99))
        }
        self.init(
            frames: frames, lost: lost, latency: latency, deadlineMissed: try count(.deadlineMissed),
            fallbacks: try count(.fallbacks), moves: try count(.moves), uplinkBytes: try count(.uplinkBytes),
            edgeEnergy: try share(.edgeEnergy), regretToOracle: try share(.regretToOracle),
            regretToBestStatic: try share(.regretToBestStatic))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(frames, forKey: .frames)
        try container.encode(lost, forKey: .lost)
        try container.encodeIfPresent(latency?.mean, forKey: .mean)
        try container.encodeIfPresent(latency?.p50, forKey: .p50)
        try container.encodeIfPresent(latency?.p95, forKey: .p95)
        try container.encodeIfPresent(latency?.p99, forKey: .p99)
        try container.encode(deadlineMissed, forKey: .deadlineMissed)
        try container.encode(fallbacks, forKey: .fallbacks)
        try container.encode(moves, forKey: .moves)
        try container.encode(uplinkBytes, forKey: .uplinkBytes)
        try container.encodeIfPresent(edgeEnergy, forKey: .edgeEnergy)
        try container.encodeIfPresent(regretToOracle, forKey: .regretToOracle)
        try container.encodeIfPresent(regretToBestStatic, forKey: .regretToBestStatic)
    }
}

extension LatencySummary {
    fileprivate init(frames: Int, mean: Nanoseconds, p50: Nanoseconds, p95: Nanoseconds, p99: Nanoseconds) {
        self.frames = frames
        self.mean = mean
        (self.p50, self.p95, self.p99) = (p50, p95, p99)
    }
}
