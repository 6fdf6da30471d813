import Model

/// What is minimised. The others are bounded where the problem says so; a limit on the objective itself holds, too.
public enum BitWidthObjective: String, CaseIterable, Hashable, Sendable {
    /// Nanoseconds.
    case latency
    /// Bits.
    case memory
    /// Units of `BitWidthProblem.distortionUnit`.
    case distortion

    /// The other two, in the order in which a search limits them.
    var limited: (first: BitWidthObjective, second: BitWidthObjective) {
        switch self {
        case .latency: (.distortion, .memory)
        case .memory: (.distortion, .latency)
        case .distortion: (.latency, .memory)
        }
    }
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
    /// The option's own share; of memory that of the weights.
    func value(of objective: BitWidthObjective) -> Int {
        switch objective {
        case .latency: latency
        case .memory: memory
        case .distortion: distortion
        }
    }
}
