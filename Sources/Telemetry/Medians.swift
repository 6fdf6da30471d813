/// Medians of few values by comparisons that need no branch (Smith, "Implementing Median Filters in XC4000E FPGAs",
/// Xcell 23, 1996).
enum Medians {
    @inline(__always)
    static func ofThree(_ a: Double, _ b: Double, _ c: Double) -> Double { max(min(a, b), min(max(a, b), c)) }

    @inline(__always)
    static func ofFive(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double) -> Double {
        ofThree(e, max(min(a, b), min(c, d)), min(max(a, b), max(c, d)))
    }

    /// Of three times three values, the middle one of: the greatest of the least, the middle one of the middle ones,
    /// the least of the greatest.
    @inline(__always)
    static func ofNine(_ value: (Int) -> Double) -> Double {
        let (a, b, c) = (
            Triple(value(0), value(1), value(2)), Triple(value(3), value(4), value(5)),
            Triple(value(6), value(7), value(8))
        )
        return ofThree(
            max(a.least, b.least, c.least), ofThree(a.middle, b.middle, c.middle),
            min(a.greatest, b.greatest, c.greatest))
    }

    private struct Triple {
        var least, middle, greatest: Double

        @inline(__always)
        init(_ a: Double, _ b: Double, _ c: Double) {
            least = min(a, b, c)
            middle = Medians.ofThree(a, b, c)
            greatest = max(a, b, c)
        }
    }
}
