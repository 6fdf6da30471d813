/// How the times of one plan differ from their profile, beside what slows all plans alike: 1 is as profiled. A head that the
/// profile has too fast by a third has the edge ratio 4/3.
public struct SiteRatios: Hashable, Codable, Sendable {
    /// Of head and encoding.
    public var edge: Double
    /// Of the tail with its unpacking.
    public var cloud: Double

    public init(edge: Double = 1, cloud: Double = 1) {
        self.edge = edge
        self.cloud = cloud
    }
}
