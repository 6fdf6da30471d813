/// A cost model as a person names it: `roofline:GFLOPS,GBPS`, `hwcf:edge`, `hwcf:cloud`, or the path of a profile.
public enum CostModelName: Hashable, Sendable {
    case roofline(Roofline)
    case accelerator(Accelerator)
    case profile(path: String)

    /// Anything without a known word before a colon is a path.
    ///
    /// - Throws: `PlanningError.notACostModel`.
    public init(parsing text: String) throws(PlanningError) {
        let (word, rest) = text.splitAtColon
        switch (word, rest) {
        case ("roofline", let rest?):
            let figures = rest.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
            guard figures.count == 2,
                let roofline = Roofline(gigaflops: figures[0], gigabytesPerSecond: figures[1])
            else { throw .notACostModel(text, example: "roofline:50,10") }
            self = .roofline(roofline)
        case ("hwcf", "edge"): self = .accelerator(.edge)
        case ("hwcf", "cloud"): self = .accelerator(.cloud)
        case ("hwcf", _?): throw .notACostModel(text, example: "hwcf:edge or hwcf:cloud")
        case ("", _): throw .notACostModel(text, example: "roofline:50,10")
        default: self = .profile(path: text)
        }
    }
}

extension String {
    /// What stands before the first colon, and what follows it; the whole and `nil` without one.
    fileprivate var splitAtColon: (word: Substring, rest: Substring?) {
        guard let colon = firstIndex(of: ":") else { return (self[...], nil) }
        return (self[..<colon], self[index(after: colon)...])
    }
}
