import Foundation

/// Maps values to positions along one side of a plot, and chooses where to put its ticks.
struct Axis {
    enum Scale { case linear, logarithmic }

    var label: String
    var lowest: Double
    var highest: Double
    var scale: Scale
    /// Ticks of a linear axis are about so many.
    var divisions = 5.0
    /// Of the rows of a vertical axis without numbers, from the top.
    var names: [String] = []

    /// One row a name, each of length one.
    init(_ label: String, names: [String]) {
        self.init(label, from: 0, to: Double(max(names.count, 1)))
        self.names = names
    }

    /// Spans `values`; a linear axis starts at zero. Values that a logarithmic axis can't show are held at its lower end.
    init(_ label: String, spanning values: some Sequence<Double>, scale: Scale = .linear) {
        self.label = label
        self.scale = scale
        let known = values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
        let top = known.max() ?? 1
        switch scale {
        case .linear:
            lowest = 0
            highest = top > 0 ? top * 1.05 : 1
        case .logarithmic:
            lowest = Self.mark(below: known.min() ?? 1)
            highest = max(1 / Self.mark(below: 1 / top), lowest * 10)
        }
    }

    init(_ label: String, from lowest: Double, to highest: Double, scale: Scale = .linear) {
        self.label = label
        self.lowest = lowest
        self.highest = highest
        self.scale = scale
    }

    /// The largest of 1, 2 and 5 times a power of ten that is not above a value.
    private static func mark(below value: Double) -> Double {
        let decade = pow(10, floor(log10(value)))
        return ([5, 2].first { $0 * decade <= value } ?? 1) * decade
    }

    /// 0 at the lower end, 1 at the upper.
    func position(_ value: Double) -> Double {
        let held = min(max(value, lowest), highest)
        switch scale {
        case .linear: return (held - lowest) / (highest - lowest)
        case .logarithmic: return log10(held / lowest) / log10(highest / lowest)
        }
    }

    /// The reach of a row, so much of it as `share` says.
    func row(_ index: Int, share: Double = 1) -> ClosedRange<Double> {
        let centre = Double(names.count - index) - 0.5
        return centre - share / 2...centre + share / 2
    }

    func text(at tick: Double) -> String {
        guard names.isEmpty else { return names[names.count - 1 - Int(tick)] }
        let text = Format.fixed(tick, abs(tick) >= 10 || tick == tick.rounded() ? 0 : abs(tick) >= 1 ? 1 : 2)
        return text == "-0" ? "0" : text
    }

    var ticks: [Double] {
        guard names.isEmpty else { return names.indices.map { Double($0) + 0.5 } }
        switch scale {
        case .linear:
            let rough = (highest - lowest) / divisions
            let magnitude = pow(10, floor(log10(rough)))
            let step = ([1, 2, 5, 10].first { $0 * magnitude >= rough } ?? 10) * magnitude
            return Array(stride(from: (lowest / step).rounded(.up) * step, through: highest, by: step))
        case .logarithmic:
            let decades = Int(floor(log10(lowest)))...Int(ceil(log10(highest)))
            let marks: [Double] = decades.count > 4 ? [1] : [1, 2, 5]
            return decades.flatMap { decade in marks.map { $0 * pow(10, Double(decade)) } }
                .filter { $0 >= lowest * 0.9999 && $0 <= highest * 1.0001 }
        }
    }
}
