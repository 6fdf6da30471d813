public import Model

/// A network at one uplink rate: every method on the same costs, beside ours within the same bounds.
///
/// The bounds are those of the whole network on the edge at 8 bits throughout (U8) or at 4 (U4): its distortion and its
/// memory. It keeps them by definition, CLOUD16 has neither, and a head in floating point keeps the distortion but may
/// break the memory. A method that breaks a bound is listed with what it costs, and not compared.
public struct MethodComparison: Hashable, Sendable {
    public struct Method: Hashable, Sendable {
        public var name: String
        public var cost: SplitCost
        /// Layers on the edge.
        public var headLayers: Int
        public var standing: Standing
        /// Its latency over ours.
        public var ratio: Double

        /// Ours is no slower, or the method is not compared.
        public var holds: Bool { standing != .compared || ratio >= 1 }
    }

    public enum Standing: String, Hashable, Sendable {
        case compared
        /// Its memory or distortion is beyond the bounds.
        case breaksBound = "breaks_bound"
        /// It sends the input as a JPEG, whose loss is no part of the distortions.
        case lossyInput = "lossy_input"
    }

    public var network: String
    public var uplink: BitRate
    /// Of the edge alone whose distortion and memory are the bounds.
    public var boundBits: Int
    public var limits: SplitInstance.Limits
    public var ours: BestSplit
    /// The published methods, in a fixed order.
    public var methods: [Method]

    /// Widths that ours, as Auto-Split, chooses among.
    public static let bits = [2, 4, 6, 8]
    /// The bounds that the networks are compared within.
    public static let boundBits = [8, 4]
    /// The rates that the paper calls 1, 3, 10 and 20 Mbps, in units of 1024 · 1024 bit/s.
    public static let uplinks = [1.0, 3, 10, 20].map { BitRate(bitsPerSecond: $0 * 0x1p20) }

    /// A picture of 224x224 as a JPEG takes 10 to 20 kB.
    public static let pictureBytes = 15_000

    private static let baselines: [Baseline] = [
        .autoSplit(bits: bits), .qdmp, .qdmpQuantised(bits: 4), .qdmpQuantised(bits: 8), .neurosurgeon, .dads,
        .edgeOnly(bits: 2),
        .edgeOnly(bits: 4), .edgeOnly(bits: 6), .edgeOnly(bits: 8), .cloudOnly,
        .cloudOnlyCompressed(name: "JPEG", inputBytes: pictureBytes),
    ]

    /// - Parameter boundBits: one of `bits`.
    /// - Throws: `PlanningError`.
    public init(_ table: LayerTable, uplink: BitRate, boundBits: Int) throws(PlanningError) {
        let free = try table.instance(uplink: uplink)
        let bound = try free.outcome(of: .edgeOnly(bits: boundBits)).cost
        let limits = SplitInstance.Limits(memoryBits: bound.memoryBits, distortion: bound.distortion)
        let instance = free.within(limits)
        guard let ours = try instance.best(bits: Self.bits) else {
            preconditionFailure("the edge alone at \(boundBits) bits keeps its own limits")
        }
        self.network = table.network
        self.uplink = uplink
        self.boundBits = boundBits
        self.limits = limits
        self.ours = ours
        methods = []
        for baseline in Self.baselines {
            let outcome = try instance.outcome(of: baseline)
            add(outcome, instance)
        }
    }

    private mutating func add(_ outcome: BaselineOutcome, _ instance: SplitInstance) {
        var standing = instance.admits(outcome.cost) ? Standing.compared : .breaksBound
        if case .cloudOnlyCompressed = outcome.baseline { standing = .lossyInput }
        methods.append(
            Method(
                name: outcome.baseline.name, cost: outcome.cost, headLayers: outcome.split.cut.headLayers,
                standing: standing, ratio: outcome.cost.latency.inSeconds / ours.cost.latency.inSeconds))
    }

    /// Ours is no slower than any method within the bounds.
    public var holds: Bool { methods.allSatisfy(\.holds) }
}
