public import Model

/// The published chart of Auto-Split for ResNet-50 at 3 · 1024 · 1024 bit/s, and our figures for it: latency as a share
/// of CLOUD16's.
///
/// The chart counts only the split layer's own output as sent. Where a shortcut crosses, too, that is no valid split:
/// the tail lacks what it needs; so each row has our figure under the published rule, and the one with all that
/// crosses. Both follow the published tile formula, so that they differ in the rule alone. Sources of the figures:
/// Banitalebi-Dehkordi et al., KDD 2021.
public enum PublishedChart {
    public struct Row: Hashable, Sendable {
        /// Weight bits, index of the split among the convolutions, bits sent; or U and the bits of everything on the
        /// edge.
        public var configuration: String
        /// Bits of a value as we send it; `nil` where all stays on the edge.
        public var sentBits: Int?
        /// Share of CLOUD16's latency, to three places.
        public var published: Double
        public var oursPublishedRule: Double
        /// With every tensor that crosses sent.
        public var oursFullCut: Double
        /// Whether the published rule counts all that crosses.
        public var isValid: Bool

        /// Whether ours is within `tolerance` of the published figure, which is read off a chart.
        public var agrees: Bool { abs(oursPublishedRule - published) <= PublishedChart.tolerance }
    }

    public static let tolerance = 0.003
    public static let network = "resnet50"
    /// The rate that the paper calls 3 Mbps.
    public static let uplink = BitRate(bitsPerSecond: 3 * 0x1p20)

    /// A split behind a convolution whose edge layers run at 8 bits. The row marked 6 was drawn with 7 bits sent, as
    /// the figures show.
    private static let splits: [(configuration: String, convolution: Int, sentBits: Int, published: Double)] = [
        ("8_12_4", 12, 4, 0.496), ("8_2_4", 2, 4, 0.679), ("8_12_6", 12, 7, 0.743), ("8_12_8", 12, 8, 0.824),
    ]
    private static let uniforms = [(bits: 2, 0.914), (bits: 4, 0.929), (bits: 6, 0.946), (bits: 8, 0.962)]

    /// - Throws: `PlanningError`.
    public static func rows() throws(PlanningError) -> [Row] {
        let table = try LayerTable.named(network)
        let instance = try table.instance(formula: .published, uplink: uplink)
        let whole = try instance.outcome(of: .cloudOnly).cost.latency.inSeconds
        func row(
            _ configuration: String, _ published: Double, _ split: QuantisedSplit, sentBits: Int? = nil
        ) -> Row {
            let ruled = instance.cost(of: split, counting: .lastLayerOnly)
            let full = instance.cost(of: split)
            return Row(
                configuration: configuration, sentBits: sentBits, published: published,
                oursPublishedRule: ruled.latency.inSeconds / whole, oursFullCut: full.latency.inSeconds / whole,
                isValid: ruled.sentBits == full.sentBits)
        }
        let convolutions = table.graph.layers.indices.filter { table.graph.layers[$0].convolution != nil }
        let splitRows = splits.map { split in
            let cut = Cut(Partition(prefix: convolutions[split.convolution] + 1, of: table.graph), of: table.graph)
            return row(
                split.configuration, split.published, instance.uniform(cut, bits: 8, sentBits: split.sentBits),
                sentBits: split.sentBits)
        }
        let uniformRows = uniforms.map { bits, published in
            row("U\(bits)", published, instance.uniform(table.graph.edgeOnlyCut, bits: bits))
        }
        return splitRows + uniformRows
    }
}

extension LayerTable {
    /// This network between the accelerators of Auto-Split.
    ///
    /// - Throws: `PlanningError`.
    public func instance(
        formula: TileFormula = .corrected, uplink: BitRate, limits: SplitInstance.Limits = .init()
    ) throws(PlanningError) -> SplitInstance {
        try SplitInstance(
            SplitCosts(
                edge: AcceleratorCosts(.edge, formula: formula, of: graph),
                cloud: AcceleratorCosts(.cloud, formula: formula, of: graph)),
            distortions: distortions, uplink: uplink, limits: limits)
    }
}
