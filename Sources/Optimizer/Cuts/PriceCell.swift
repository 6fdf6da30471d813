import Model

/// A vector of three whole numbers: a price, or the plane of prices at right angles to it.
struct Direction: Hashable {
    var x, y, z: Int128

    init(_ x: Int128, _ y: Int128, _ z: Int128) { (self.x, self.y, self.z) = (x, y, z) }

    init(_ price: CutPrice) { self.init(price.edge, price.bytes, price.cloud) }

    init(_ work: CutWork) {
        self.init(Int128(work.edge.count), Int128(work.bytes), Int128(work.cloud.count))
    }

    var price: CutPrice { CutPrice(edge: x, bytes: y, cloud: z) }
    var isPositive: Bool { x > 0 && y > 0 && z > 0 }
    /// Without the factors that all parts share.
    var reduced: Self {
        let divisor = x.greatestCommonDivisor(with: y).greatestCommonDivisor(with: z)
        return divisor > 1 ? Self(x / divisor, y / divisor, z / divisor) : self
    }

    static func + (a: Self, b: Self) -> Self { Self(a.x + b.x, a.y + b.y, a.z + b.z) }
    static func - (a: Self, b: Self) -> Self { Self(a.x - b.x, a.y - b.y, a.z - b.z) }
    static prefix func - (a: Self) -> Self { Self(-a.x, -a.y, -a.z) }

    func times(_ factor: Int128) -> Self { Self(x * factor, y * factor, z * factor) }

    func dot(_ other: Self) -> Int128 { x &* other.x &+ y &* other.y &+ z &* other.z }

    func cross(_ other: Self) -> Self {
        Self(
            y &* other.z &- z &* other.y, z &* other.x &- x &* other.z, x &* other.y &- y &* other.x)
    }
}

extension Int128 {
    /// By Stein's binary algorithm (Knuth, TAOCP 2, 4.5.2, algorithm B): shifts instead of divisions. That of zero and zero is zero.
    fileprivate func greatestCommonDivisor(with other: Int128) -> Int128 {
        var (a, b) = (magnitude, other.magnitude)
        guard a != 0 else { return Int128(b) }
        guard b != 0 else { return Int128(a) }
        let shared = Swift.min(a.trailingZeroBitCount, b.trailingZeroBitCount)
        a >>= a.trailingZeroBitCount
        while b != 0 {
            b >>= b.trailingZeroBitCount
            if a > b { swap(&a, &b) }
            b -= a
        }
        return Int128(a << shared)
    }
}

/// The prices at which one cut is no worse than some others: a cone of three-dimensional interior within the non-negative octant, seen
/// as a convex polygon on the triangle of prices.
///
/// Exact: a corner is the cross product of the planes that meet there, never of corners computed before.
struct PriceCell {
    /// A corner, and the plane of the side from there to the next one.
    private struct Corner {
        var ray: Direction
        var plane: Direction
    }

    private var corners: [Corner]

    /// All prices.
    init() {
        let (x, y, z) = (Direction(1, 0, 0), Direction(0, 1, 0), Direction(0, 0, 1))
        corners = [Corner(ray: x, plane: z), Corner(ray: y, plane: x), Corner(ray: z, plane: y)]
    }

    /// The prices at the corners, each without factors that its parts share.
    var rays: [Direction] { corners.map(\.ray) }

    /// Keeps the prices at which `plane · price` is at least zero (Sutherland and Hodgman, "Reentrant Polygon Clipping", 1974).
    ///
    /// - Returns: whether some are left at which it is more than zero; if not, the cell is left without an interior.
    mutating func clip(by plane: Direction) -> Bool {
        let heights = corners.map { plane.dot($0.ray) }
        guard heights.contains(where: { $0 > 0 }) else { return false }
        guard heights.contains(where: { $0 < 0 }) else { return true }
        var kept: [Corner] = []
        kept.reserveCapacity(corners.count + 1)
        for (index, corner) in corners.enumerated() {
            let here = heights[index]
            let next = heights[index + 1 < heights.count ? index + 1 : 0]
            if here > 0 || here == 0 && next > 0 { kept.append(corner) }
            if here == 0, next < 0 { kept.append(Corner(ray: corner.ray, plane: plane)) }
            if here > 0, next < 0 { kept.append(Corner(ray: Self.meeting(corner.plane, plane), plane: plane)) }
            if here < 0, next > 0 { kept.append(Corner(ray: Self.meeting(corner.plane, plane), plane: corner.plane)) }
        }
        corners = kept
        return true
    }

    /// The non-negative price on two planes.
    private static func meeting(_ a: Direction, _ b: Direction) -> Direction {
        let ray = a.cross(b)
        return (ray.x + ray.y + ray.z > 0 ? ray : -ray).reduced
    }

    /// A price within the cell, on no side of it, in small numbers: the mean of the corners, each scaled to the same sum, rounded to as
    /// few bits as `isInside` allows; else a sum of three corners.
    func interior(isInside: (Direction) -> Bool) -> Direction {
        for bits in stride(from: 4, through: 60, by: 4) {
            let mean = corners.reduce(Direction(0, 0, 0)) { $0 + $1.ray.scaled(toBits: bits) }
            if mean.isPositive, isInside(mean) { return mean.reduced }
        }
        return (corners[0].ray + corners[1].ray + corners[2].ray).reduced
    }
}

extension Direction {
    /// About this direction, its parts adding up to about 2^bits.
    fileprivate func scaled(toBits bits: Int) -> Self {
        // Shifted down to what leaves room for the factor.
        let width = 128 - (x | y | z).leadingZeroBitCount
        let shift = max(0, width - 64)
        let (a, b, c) = (x >> shift, y >> shift, z >> shift)
        let sum = a + b + c
        return Self((a << bits) / sum, (b << bits) / sum, (c << bits) / sum)
    }
}
