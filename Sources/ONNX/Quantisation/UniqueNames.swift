/// Names for new things in a graph, beside those that it has.
struct UniqueNames {
    private var taken: Set<String>

    init(_ taken: some Sequence<String>) { self.taken = Set(taken) }

    /// `wish`, or with as many underscores behind it as make it unique.
    mutating func make(_ wish: String) -> String {
        var name = wish
        while !taken.insert(name).inserted { name += "_" }
        return name
    }
}
