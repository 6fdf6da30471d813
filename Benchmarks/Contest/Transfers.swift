import Model
import Sim

/// One way of a link, its rate summed up beforehand: when a transfer that has it for itself ends, in a binary search.
struct Transfers {
    private var starts: [Int64] = []
    private var rates: [Double] = []
    /// Bit · ns / s that got through before each piece.
    private var sums: [Double] = []

    /// - Parameters:
    ///   - offset: where in the trace time zero is.
    ///   - end: transfers that end later never do.
    init(_ trace: Trace, from offset: Int64, to end: Int64, rate: (Trace.State) -> Double) {
        let pieces = trace.schedule.pieces
        let period = trace.duration.count
        var lap = -(offset % period)
        while lap < end {
            for piece in pieces where lap + piece.start.nanoseconds < end {
                add(lap + piece.start.nanoseconds, rate(piece.value))
            }
            lap += period
        }
        add(end, 0)
    }

    private mutating func add(_ start: Int64, _ rate: Double) {
        if let last = starts.last {
            sums.append((sums.last ?? 0) + rates[rates.count - 1] * Double(start - last))
        } else {
            sums.append(0)
        }
        starts.append(start)
        rates.append(rate.rounded())
    }

    func end(of bytes: Int, from start: Int64) -> Int64? {
        guard bytes > 0, let first = starts.lastIndex(upTo: start) else { return start }
        let amount = Double(bytes) * 8e9
        let sum = sums[first] + rates[first] * Double(start - starts[first]) + amount
        guard let last = sums.last, sum <= last else { return nil }
        let index = max(sums.firstIndex(reaching: sum) - 1, 0)
        return starts[index] + Int64(((sum - sums[index]) / rates[index]).rounded(.up))
    }
}

extension [Int64] {
    /// The last of ascending elements that is no more than `value`.
    fileprivate func lastIndex(upTo value: Int64) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }
}

extension [Double] {
    /// The first of ascending elements that is no less than `value`; `count` where none is.
    fileprivate func firstIndex(reaching value: Double) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
