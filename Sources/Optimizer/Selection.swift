/// The element that would stand at `position` if the `count` values at `values` were ascending. None is negative or
/// not-a-number.
///
/// Quickselect (Hoare, "Algorithm 65: Find", Communications of the ACM 4(7), 1961) by counting: the elements below a pivot are
/// counted, and only the part that holds the position is kept; no branch depends on a single element. The pivot comes from a
/// sorted sample and lies somewhat inside of the position (Floyd, Rivest, "Expected time bounds for selection",
/// Communications of the ACM 18(3), 1975), so that far from the middle most elements go at once.
///
/// - Parameter room: for `count` elements; may be where `values` is, which then is overwritten.
/// - Complexity: linear on average, also where many elements are equal.
func select(
    _ position: Int, of values: UnsafeMutablePointer<Double>, count: Int, in room: UnsafeMutablePointer<Double>
) -> Double {
    var source = values
    var count = count
    var position = position
    while count > 1 {
        let pivot = pivot(for: position, of: source, count: count)
        let less = source.count(below: pivot, of: count)
        if position < less {
            keep(source, count, in: room) { $0.isBelow(pivot) }
            count = less
        } else {
            // What is not less than infinity is infinite.
            guard pivot < .infinity else { return pivot }
            let notGreater = source.count(below: pivot.nextUp, of: count)
            if position < notGreater { return pivot }
            keep(source, count, in: room) { 1 &- $0.isBelow(pivot.nextUp) }
            count -= notGreater
            position -= notGreater
        }
        source = room
    }
    return source[0]
}

extension Double {
    /// One if this is less than `other`, else zero, without a branch: the bits of numbers that are not negative are ordered as
    /// they are, with infinity above all and not-a-number above infinity.
    @inline(__always)
    func isBelow(_ other: Double) -> UInt64 { (bitPattern &- other.bitPattern) >> 63 }
}

extension UnsafeMutablePointer<Double> {
    /// How many of the first `count` elements are less than `limit`.
    @inline(__always)
    func count(below limit: Double, of count: Int) -> Int {
        var below: UInt64 = 0
        for index in 0..<count { below &+= self[index].isBelow(limit) }
        return Int(truncatingIfNeeded: below)
    }
}

/// Copies the elements for which `belongs` is one, in their order.
@inline(__always)
private func keep(
    _ values: UnsafeMutablePointer<Double>, _ count: Int, in room: UnsafeMutablePointer<Double>,
    where belongs: (Double) -> UInt64
) {
    var kept = 0
    for index in 0..<count {
        let value = values[index]
        room[kept] = value
        kept &+= Int(truncatingIfNeeded: belongs(value))
    }
}

/// An element near `position`, towards the middle: of eight taken at equal distances, the one that has so many less than it.
private func pivot(for position: Int, of values: UnsafeMutablePointer<Double>, count: Int) -> Double {
    guard count > 32 else { return values[count / 2] }
    let near = position &* 7 / (count &- 1)
    let rank = UInt64(near > 4 ? near &- 1 : near < 3 ? near &+ 1 : near)
    let step = count / 8
    let sample = SIMD8<Double>(
        values[0], values[step], values[2 &* step], values[3 &* step], values[4 &* step], values[5 &* step],
        values[6 &* step], values[7 &* step])
    let bits = SIMD8<UInt64>(truncatingIfNeeded: unsafeBitCast(sample, to: SIMD8<UInt64>.self))
    var ranks = SIMD8<UInt64>()
    for index in 0..<8 { ranks &+= (SIMD8(repeating: bits[index]) &- bits) &>> 63 }
    for index in 0..<8 where ranks[index] >= rank { return sample[index] }
    return sample[0]
}
