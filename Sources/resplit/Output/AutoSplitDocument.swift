import Model
import Optimizer

/// What `reproduce autosplit --json` says.
struct AutoSplitDocument: Encodable {
    struct Row: Encodable {
        var configuration: String
        /// Absent where all stays on the edge.
        var sentBits: Int?
        var published: Double
        var oursPublishedRule: Double
        var oursFullCut: Double
        var valid: Bool
        var agrees: Bool

        enum CodingKeys: String, CodingKey {
            case configuration, published, valid, agrees, sentBits = "sent_bits"
            case oursPublishedRule = "ours_published_rule", oursFullCut = "ours_full_cut"
        }
    }

    struct Method: Encodable {
        var method: String
        var headLayers: Int
        var latency: Nanoseconds
        var edgeBytes: Int
        var distortion: Double
        /// Absent for ours.
        var standing: String?
        /// Absent for ours.
        var ratioToOurs: Double?

        init(_ name: String, _ headLayers: Int, _ cost: SplitCost, standing: String? = nil, ratio: Double? = nil) {
            method = name
            self.headLayers = headLayers
            latency = cost.latency
            edgeBytes = cost.edgeBytes
            distortion = cost.distortion
            self.standing = standing
            ratioToOurs = ratio
        }

        enum CodingKeys: String, CodingKey {
            case method, distortion, headLayers = "head_layers", latency = "latency_ms", edgeBytes = "edge_bytes"
            case standing, ratioToOurs = "ratio_to_ours"
        }
    }

    struct Comparison: Encodable {
        var network: String
        var uplink: BitRate
        /// The edge alone at these bits sets the limits.
        var boundBits: Int
        var memoryLimit: Int?
        var distortionLimit: Double?
        var lowerBound: Nanoseconds
        /// By how much ours may be slower than the best of the cuts tried; zero unless a search's work ran out.
        var gap: Nanoseconds
        var methods: [Method]
        var holds: Bool

        enum CodingKeys: String, CodingKey {
            case network, methods, holds, boundBits = "bound_bits", uplink = "uplink_bps", memoryLimit =
                "memory_limit_bytes"
            case distortionLimit = "distortion_limit", lowerBound = "lower_bound_ms", gap = "gap_ms"
        }
    }

    struct Relaxation: Encodable {
        var network: String
        var problems: Int
        var missed: Int
        var meanExcess: Double
        var greatestExcess: Double

        enum CodingKeys: String, CodingKey {
            case network, problems, missed, meanExcess = "mean_excess", greatestExcess = "greatest_excess"
        }
    }

    var rows: [Row]
    /// How far Auto-Split's Lagrangian relaxation is from the least distortion.
    var relaxation: [Relaxation]
    var comparisons: [Comparison]
    var holds: Bool

    init(_ report: AutoSplitReport) {
        rows = report.rows.map {
            Row(
                configuration: $0.configuration, sentBits: $0.sentBits, published: $0.published,
                oursPublishedRule: $0.oursPublishedRule,
                oursFullCut: $0.oursFullCut, valid: $0.isValid, agrees: $0.agrees)
        }
        relaxation = report.gaps.map {
            Relaxation(
                network: $0.network, problems: $0.problems, missed: $0.missed, meanExcess: $0.meanExcess,
                greatestExcess: $0.greatestExcess)
        }
        comparisons = report.comparisons.map { comparison in
            let ours = Method(
                "ours", comparison.ours.split.cut.headLayers, comparison.ours.cost)
            return Comparison(
                network: comparison.network, uplink: comparison.uplink, boundBits: comparison.boundBits,
                memoryLimit: comparison.limits.memoryBits.map { ($0 + 7) / 8 },
                distortionLimit: comparison.limits.distortion, lowerBound: comparison.ours.lowerBound,
                gap: comparison.ours.gap,
                methods: [ours]
                    + comparison.methods.map {
                        Method($0.name, $0.headLayers, $0.cost, standing: $0.standing.rawValue, ratio: $0.ratio)
                    }, holds: comparison.holds)
        }
        holds = report.holds
    }
}
