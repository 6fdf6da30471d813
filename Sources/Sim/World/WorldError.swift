public import Model

/// A world that cannot be.
public struct WorldError: InputError, Hashable {
    /// What of the world, by its names: `device group 'camera'`.
    public var place: String
    public var problem: String
    public var remedy: String

    public init(_ place: String, _ problem: String, remedy: String) {
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String { "world: \(place) \(problem); \(remedy)" }
}
