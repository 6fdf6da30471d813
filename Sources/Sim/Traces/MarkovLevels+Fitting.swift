public import Model

extension MarkovLevels {
    /// The levels, spreads and chances of a trace, seen at steps over which it is averaged.
    ///
    /// Where the first quantity is zero is a level of its own: outages keep their share and mean length. The other
    /// steps are split, by that quantity, into levels of equal size. A level's means are those of its steps; its
    /// spreads give their standard deviations (of a uniform within ±s it is s / √3), as far as a value cannot be below
    /// zero. Chances are counted transitions, the last step being followed by the first, as the trace repeats.
    ///
    /// - Parameter count: of levels, beside the one of zero.
    /// - Returns: `nil` where the trace has too many steps, or `quantities` is empty.
    /// - Precondition: `step` and `count` are positive.
    public init?(fitting trace: Trace, _ quantities: [TraceQuantity], levels count: Int, step: Nanoseconds) {
        precondition(count > 0, "there is a level")
        guard let key = quantities.first, let averaged = trace.averaged(over: step) else { return nil }
        let states = averaged.schedule.pieces.map(\.value)
        let ordered = states.indices.sorted { (states[$0][key], $0) < (states[$1][key], $1) }
        let zeros = ordered.prefix { states[$0][key] == 0 }.count
        var groups = zeros > 0 ? [Array(ordered[..<zeros])] : []
        let rest = ordered[zeros...]
        let size = Swift.max(1, (rest.count + count - 1) / count)
        for start in stride(from: rest.startIndex, to: rest.endIndex, by: size) {
            groups.append(Array(rest[start..<Swift.min(start + size, rest.endIndex)]))
        }
        var level = [Int](repeating: 0, count: states.count)
        for (index, group) in groups.enumerated() {
            for step in group { level[step] = index }
        }
        var counts = groups.map { _ in [Double](repeating: 0, count: groups.count) }
        for step in states.indices { counts[level[step]][level[(step + 1) % states.count]] += 1 }
        let spreads = groups.map { group in quantities.map { Self.spread(of: group.map { states[$0] }, $0) } }
        self.init(
            quantities: quantities, levels: spreads,
            transitions: counts.map { row in
                let sum = row.reduce(0, +)
                return row.map { $0 / sum }
            })
    }

    private static func spread(of states: [Trace.State], _ quantity: TraceQuantity) -> Spread {
        let values = states.map { $0[quantity] }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return Spread(mean: mean, spread: mean > 0 ? Swift.min(1, (3 * variance).squareRoot() / mean) : 0)
    }
}
