import Scenarios

extension SeedFigure {
    /// `45.2 ms ± 1.3 ms`: the mean, and how far its interval reaches either way; alone where that is nothing.
    func text(_ format: (Double) -> String) -> String {
        guard let low, let high, high > low else { return format(mean) }
        return "\(format(mean)) ± \(format((high - low) / 2))"
    }
}
