import Model

/// What is minimised. The others are bounded where the problem says so; a limit on the objective itself holds, too.
public enum BitWidthObjective: String, CaseIterable, Hashable, Sendable {
    /// Nanoseconds.
    case latency
    /// Bits.
    case memory
    /// Units of `BitWidthProblem.distortionUnit`.
    case distortion
}

extension BitWidthCosts {
    /// In the objective's whole unit.
    public func value(of objective: BitWidthObjective) -> Int {
        switch objective {
        case .latency: Int(latency.count)
        case .memory: memoryBits
        case .distortion: distortionUnits
        }
    }
}

extension BitWidthProblem {
    /// The limit in the objective's whole unit; `nil` where there is none.
    func limit(on objective: BitWidthObjective) -> Int? {
        switch objective {
        case .latency: limits.latency.map { Int($0.count) }
        case .memory: limits.memoryBits
        case .distortion: scale.limit
        }
    }
}

extension BitWidthClasses.Option {
    func value(of objective: BitWidthObjective) -> Int {
        switch objective {
        case .latency: latency
        case .memory: memory
        case .distortion: distortion
        }
    }
}
