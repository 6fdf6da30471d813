import Model

/// Finds the best two of a set's plans by a figure that takes a few operations for each, without branches that depend on the
/// plans' order.
///
/// Plans are taken in blocks of 64: the block's figures are computed side by side, then its two least are searched for. Taken
/// together with those of earlier blocks these are the best two of all, since of equals the first wins within a block as
/// among blocks.
struct PlanScan {
    private static var blockSize: Int { 64 }

    var plans: [Plan]
    var columns: PlanColumns

    /// The two plans of least `figure`; of equals the first in the set. Only those that are admitted take part.
    ///
    /// - Parameter figure: never not-a-number.
    @inline(__always)
    func podium(among isAdmitted: ((Plan) -> Bool)?, by figure: (PlanCosts) -> Double) -> Podium {
        var podium = Podium()
        let count = columns.count
        columns.values.withUnsafeBufferPointer { values in
            guard let rows = values.baseAddress else { return }
            withUnsafeTemporaryAllocation(of: Double.self, capacity: 72) { figures in
                for start in stride(from: 0, to: count, by: Self.blockSize) {
                    let size = min(Self.blockSize, count - start)
                    for index in 0..<size { figures[index] = figure(PlanCosts(rows: rows + start, count, index)) }
                    // Not-a-number marks what takes no part.
                    for index in size..<(size + 7) / 8 * 8 { figures[index] = .nan }
                    if let isAdmitted {
                        for index in 0..<size where !isAdmitted(plans[start + index]) { figures[index] = .nan }
                    }
                    let block = Block(figures: figures.baseAddress.unsafelyUnwrapped, groups: (size + 7) / 8)
                    for _ in 0..<2 {
                        guard let (position, least) = block.popLeast() else { break }
                        podium.offer(start + position, least)
                    }
                }
            }
        }
        return podium
    }
}

/// Up to 64 figures in groups of eight, and behind them the least of each group.
private struct Block {
    let figures: UnsafeMutablePointer<Double>
    let groups: Int
    var minima: UnsafeMutablePointer<Double> { figures + 64 }

    @inline(__always)
    init(figures: UnsafeMutablePointer<Double>, groups: Int) {
        self.figures = figures
        self.groups = groups
        for group in 0..<groups { minima[group] = least(of: group) }
    }

    /// Removes the first of the least figures.
    @inline(__always)
    func popLeast() -> (position: Int, figure: Double)? {
        var least = Double.infinity
        for group in 0..<groups { least = minima[group] < least ? minima[group] : least }
        for group in 0..<groups where minima[group] == least {
            // Where all that is left is infinite, a group may have no number.
            for position in 8 &* group..<8 &* group &+ 8 where figures[position] == least {
                figures[position] = .nan
                minima[group] = self.least(of: group)
                return (position, least)
            }
        }
        return nil
    }

    /// Infinity where the group has no number.
    @inline(__always)
    private func least(of group: Int) -> Double {
        let values = figures + 8 &* group
        @inline(__always)
        func less(_ a: Double, _ b: Double) -> Double { a < b ? a : b }
        let infinity = Double.infinity
        let left = less(less(values[0], less(values[1], infinity)), less(values[2], less(values[3], infinity)))
        let right = less(less(values[4], less(values[5], infinity)), less(values[6], less(values[7], infinity)))
        return less(left, right)
    }
}

extension PlanCosts {
    /// One plan's costs from rows that are `stride` values long.
    @inline(__always)
    init(rows: UnsafePointer<Double>, _ stride: Int, _ index: Int) {
        self.init(
            edge: rows[index], transmitBytes: rows[stride &+ index], remote: rows[2 &* stride &+ index],
            cloud: rows[3 &* stride &+ index], resultBytes: rows[4 &* stride &+ index],
            fixed: rows[5 &* stride &+ index])
    }
}
