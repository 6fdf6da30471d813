/// Counts distortions in whole units, so that sums are exact and do not depend on their order.
///
/// The unit is a power of two: 2^49 to 2^50 of them make up the bound, or the greatest possible sum where that is less
/// or there is no bound. A distortion is rounded to the nearest unit, but is never zero unless it was; the bound is
/// widened by one unit for each term of the sum. So no choice whose real sum keeps the bound is refused, nor one whose
/// bound was itself summed in floating point; and one that is accepted exceeds the bound by at most two units a term, a
/// share below n · 2^-48 for n terms. A bound of zero is not widened.
///
/// A single distortion above the bound counts as more than the widened bound: enough to rule it out. With at most 2^13
/// terms no sum reaches 2^63.
struct DistortionScale: Hashable, Sendable {
    let unit: Double
    /// In units, widened; `nil` without a bound.
    let limit: Int?
    private let exponent: Int

    private static let most = 1 << 50

    init(
        _ layers: [BitWidthProblem.Layer], _ transmissions: [BitWidthProblem.Transmission], limit: Double?
    ) {
        let terms =
            layers.flatMap { [$0.weightChoices, $0.activationChoices] }.map { $0.map(\.distortion) }
            + transmissions.map { $0.options.map(\.distortion) }
        let greatest = min(terms.reduce(0) { $0 + ($1.max() ?? 0) }, .greatestFiniteMagnitude)
        let whole = limit.map { $0 > 0 ? min($0, greatest) : greatest } ?? greatest
        // Not beyond what keeps the unit a normal number: below 2^-973 fewer units make up the whole.
        let exponent = whole > 0 ? min(49 - Int(whole.exponent), 1022) : 0
        self.exponent = exponent
        unit = Double(sign: .plus, exponent: -exponent, significand: 1)
        self.limit = limit.map { limit in
            let units = Double(sign: .plus, exponent: exponent, significand: limit).rounded(.down)
            return limit > 0 ? Int(min(units, Double(Self.most))) + terms.count : 0
        }
    }

    /// - Precondition: the distortion is not negative.
    func units(_ distortion: Double) -> Int {
        let scaled = Double(sign: .plus, exponent: exponent, significand: distortion).rounded()
        if scaled < 1 { return distortion > 0 ? 1 : 0 }
        return scaled < Double(Self.most) ? Int(scaled) : Self.most + 1 << 13
    }
}
