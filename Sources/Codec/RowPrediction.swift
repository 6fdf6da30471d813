package import Model

/// The five row filters of PNG (W3C Recommendation "Portable Network Graphics", 9) over planes of one-byte samples: each row
/// becomes a filter byte and the differences to a prediction from the left, upper and upper left neighbours. Every plane
/// starts anew, with zeros above it.
package struct RowPrediction: Sendable {
    /// Bytes of a row, without the filter byte.
    let width: Int
    /// Rows of a plane.
    let height: Int
    /// Rows of all planes.
    let rows: Int

    /// The last two extents are a plane's height and width; extents of one at the end are passed over.
    package init(shape: TensorShape) {
        let extents = shape.extents[..<((shape.extents.lastIndex { $0 != 1 } ?? -1) + 1)]
        width = extents.last ?? 1
        height = extents.dropLast().last ?? 1
        rows = width == 0 ? 0 : shape.elementCount / width
    }

    /// Bytes of all rows with their filter bytes.
    var filteredCount: Int { rows * (width + 1) }

    enum Filter: UInt8, CaseIterable { case none, sub, up, average, paeth }

    /// Chooses each row's filter by the least sum of absolute differences (PNG, 12.7).
    /// - Complexity: O(n).
    package func filtered(_ bytes: [UInt8]) -> [UInt8] {
        precondition(bytes.count == rows * width)
        // One zero on the left of the current row and of the one above spares every filter its first column.
        var above = [UInt8](repeating: 0, count: width + 1)
        var row = above
        var trial = [UInt8](repeating: 0, count: width)
        var result: [UInt8] = []
        result.reserveCapacity(filteredCount)
        for index in 0..<rows {
            if index % height == 0 { above = [UInt8](repeating: 0, count: width + 1) }
            row.replaceSubrange(1..., with: bytes[(index * width)..<((index + 1) * width)])
            let start = result.count
            var least = Int.max
            for filter in Filter.allCases {
                apply(filter, row: row, above: above, into: &trial)
                let sum = sumOfMagnitudes(trial)
                guard sum < least else { continue }
                least = sum
                result.removeSubrange(start...)
                result.append(filter.rawValue)
                result.append(contentsOf: trial)
            }
            swap(&row, &above)
        }
        return result
    }

    private func apply(_ filter: Filter, row: [UInt8], above: [UInt8], into trial: inout [UInt8]) {
        row.withUnsafeBufferPointer { row in
            above.withUnsafeBufferPointer { above in
                trial.withUnsafeMutableBufferPointer { trial in
                    guard let row = row.baseAddress, let above = above.baseAddress else { return }
                    filter.specialised { filter in
                        for x in 0..<trial.count {
                            let prediction = filter.prediction(left: row[x], up: above[x &+ 1], upperLeft: above[x])
                            trial[x] = row[x &+ 1] &- prediction
                        }
                    }
                }
            }
        }
    }

    private func sumOfMagnitudes(_ differences: [UInt8]) -> Int {
        var sum: UInt32 = 0
        for difference in differences { sum &+= UInt32(min(difference, 0 &- difference)) }
        return Int(sum)
    }

    /// The inverse of `filtered`.
    /// - Returns: `nil` where a filter byte is none of PNG's.
    package func unfiltered(_ filtered: [UInt8]) -> [UInt8]? {
        precondition(filtered.count == filteredCount)
        var above = [UInt8](repeating: 0, count: width + 1)
        var row = above
        var result: [UInt8] = []
        result.reserveCapacity(rows * width)
        for index in 0..<rows {
            let start = index * (width + 1)
            guard let filter = Filter(rawValue: filtered[start]) else { return nil }
            if index % height == 0 { above = [UInt8](repeating: 0, count: width + 1) }
            restore(filter, differences: filtered[(start + 1)..<(start + 1 + width)], above: above, into: &row)
            result.append(contentsOf: row[1...])
            swap(&row, &above)
        }
        return result
    }

    private func restore(_ filter: Filter, differences: ArraySlice<UInt8>, above: [UInt8], into row: inout [UInt8]) {
        differences.withUnsafeBufferPointer { differences in
            above.withUnsafeBufferPointer { above in
                row.withUnsafeMutableBufferPointer { row in
                    guard let row = row.baseAddress, let above = above.baseAddress else { return }
                    filter.specialised { filter in
                        for x in 0..<differences.count {
                            let prediction = filter.prediction(left: row[x], up: above[x &+ 1], upperLeft: above[x])
                            row[x &+ 1] = differences[x] &+ prediction
                        }
                    }
                }
            }
        }
    }
}

extension RowPrediction.Filter {
    /// Calls `body` with this filter as a constant, so that a loop within is compiled, and vectorised, for each filter.
    @inline(__always)
    fileprivate func specialised(_ body: (Self) -> Void) {
        switch self {
        case .none: body(.none)
        case .sub: body(.sub)
        case .up: body(.up)
        case .average: body(.average)
        case .paeth: body(.paeth)
        }
    }

    @inline(__always)
    func prediction(left: UInt8, up: UInt8, upperLeft: UInt8) -> UInt8 {
        switch self {
        case .none: 0
        case .sub: left
        case .up: up
        case .average: UInt8(truncatingIfNeeded: (UInt16(left) + UInt16(up)) >> 1)
        case .paeth: paeth(Int16(left), Int16(up), Int16(upperLeft))
        }
    }

    /// The neighbour nearest to left + up - upper left; ties go to the left, then up.
    @inline(__always)
    private func paeth(_ left: Int16, _ up: Int16, _ upperLeft: Int16) -> UInt8 {
        let leftDistance = magnitude(up &- upperLeft)
        let upDistance = magnitude(left &- upperLeft)
        let cornerDistance = magnitude(left &+ up &- upperLeft &- upperLeft)
        let upOrCorner = upDistance <= cornerDistance ? up : upperLeft
        let nearest = leftDistance <= min(upDistance, cornerDistance) ? left : upOrCorner
        return UInt8(truncatingIfNeeded: nearest)
    }

    @inline(__always)
    private func magnitude(_ difference: Int16) -> Int16 { max(difference, 0 &- difference) }
}
