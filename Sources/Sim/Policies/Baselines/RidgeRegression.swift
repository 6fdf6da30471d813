/// Least squares with a penalty on the squared coefficients, one observation at a time: with A = I + Σ x xᵀ and b = Σ y x the
/// estimate is θ = A⁻¹ b, and xᵀ A⁻¹ x tells how little is known in the direction of x (Abbasi-Yadkori, Pál and Szepesvári,
/// "Improved algorithms for linear stochastic bandits", NIPS 2011, section 3).
///
/// A⁻¹ is kept, and updated by the formula of Sherman and Morrison ("Adjustment of an inverse matrix corresponding to a change
/// in one element of a given matrix", Annals of Mathematical Statistics 21(1), 1950). A only grows, so that the update is stable.
package struct RidgeRegression: Hashable, Sendable {
    package let dimension: Int
    /// A⁻¹, row by row.
    private var inverse: [Double]
    private var sum: [Double]

    package init(dimension: Int) {
        self.dimension = dimension
        inverse = (0..<dimension * dimension).map { $0 % (dimension + 1) == 0 ? 1 : 0 }
        sum = Array(repeating: 0, count: dimension)
    }

    /// - Complexity: O(dimension²), as all here.
    package mutating func add(_ x: [Double], _ y: Double) {
        let column = direction(x)
        let scale = 1 / (1 + Self.product(x, column))
        for row in 0..<dimension {
            for place in 0..<dimension {
                inverse[row * dimension + place] -= scale * column[row] * column[place]
            }
            sum[row] += y * x[row]
        }
    }

    package func estimate(_ x: [Double]) -> Double { Self.product(direction(x), sum) }

    /// xᵀ A⁻¹ x.
    package func uncertainty(_ x: [Double]) -> Double { max(0, Self.product(x, direction(x))) }

    /// A⁻¹ x, where A is symmetric.
    private func direction(_ x: [Double]) -> [Double] {
        (0..<dimension).map { row in
            (0..<dimension).reduce(0) { $0 + inverse[row * dimension + $1] * x[$1] }
        }
    }

    private static func product(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
