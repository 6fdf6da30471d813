public import Model

/// What the two sides of a cut take by themselves, without encoding.
public struct CutCost: Hashable, Sendable {
    public var edge: Nanoseconds
    public var cloud: Nanoseconds

    public init(edge: Nanoseconds, cloud: Nanoseconds) {
        self.edge = edge
        self.cloud = cloud
    }
}
