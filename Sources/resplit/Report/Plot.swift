/// One rectangle of a picture with an axis each way, as SVG.
struct Plot {
    static let width = 960.0
    /// Room for the vertical axis where it has numbers, and where it has names.
    private static let (numbers, names) = (70.0, 110.0)
    private static let right = 20.0

    let x: Axis
    let y: Axis
    let height: Double
    private let left: Double
    private var marks: [String] = []

    /// - Parameter isAmongNames: begins as far right as plots with names do.
    init(x: Axis, y: Axis, height: Double, isAmongNames: Bool = false) {
        left = y.names.isEmpty && !isAmongNames ? Self.numbers : Self.names
        self.x = x
        self.y = y
        self.height = height
    }

    private func at(_ point: (Double, Double)) -> (x: String, y: String) {
        let x = left + x.position(point.0) * (Self.width - left - Self.right)
        let y = 18 + (1 - y.position(point.1)) * (height - 50)
        return (Format.fixed(x, 1), Format.fixed(y, 1))
    }

    mutating func line(_ points: [(Double, Double)], colour: String, width: Double = 1.5) {
        let path = points.map { at($0) }.map { "\($0.x),\($0.y)" }.joined(separator: " ")
        marks.append(#"<polyline points="\#(path)" fill="none" stroke="\#(colour)" stroke-width="\#(width)"/>"#)
    }

    /// A value that holds until the next.
    mutating func steps(_ points: [(Double, Double)], until end: Double, colour: String) {
        let ends = points.dropFirst().map(\.0) + [end]
        line(zip(points, ends).flatMap { point, end in [point, (end, point.1)] }, colour: colour)
    }

    mutating func dots(_ points: [(Double, Double)], colour: String, radius: Double = 2) {
        marks += points.map { at($0) }.map {
            #"<circle cx="\#($0.x)" cy="\#($0.y)" r="\#(radius)" fill="\#(colour)"/>"#
        }
    }

    /// A dot with a text that shows when pointed at.
    mutating func dot(_ point: (Double, Double), colour: String, radius: Double, title: String) {
        let place = at(point)
        marks.append(
            """
            <circle cx="\(place.x)" cy="\(place.y)" r="\(radius)" fill="\(colour)" fill-opacity="0.7">\
            <title>\(HTML.escaped(title))</title></circle>
            """)
    }

    /// The outline of a dot.
    mutating func ring(_ point: (Double, Double), colour: String, radius: Double, title: String) {
        let place = at(point)
        marks.append(
            """
            <circle cx="\(place.x)" cy="\(place.y)" r="\(radius)" fill="#fff" stroke="\(colour)" stroke-width="2">\
            <title>\(HTML.escaped(title))</title></circle>
            """)
    }

    /// A full-height band over a stretch of the horizontal axis.
    mutating func band(from start: Double, to end: Double, colour: String, title: String) {
        cell(x: start...end, y: y.lowest...y.highest, colour: colour, title: title)
    }

    /// A rectangle with a text that shows when pointed at.
    mutating func cell(
        x: ClosedRange<Double>, y: ClosedRange<Double>, colour: String, opacity: Double = 1, title: String
    ) {
        let (from, to) = (at((x.lowerBound, y.upperBound)), at((x.upperBound, y.lowerBound)))
        let size = ((Double(to.x) ?? 0) - (Double(from.x) ?? 0), (Double(to.y) ?? 0) - (Double(from.y) ?? 0))
        let fade = opacity < 1 ? #" fill-opacity="\#(Format.fixed(opacity, 2))""# : ""
        marks.append(
            """
            <rect x="\(from.x)" y="\(from.y)" width="\(Format.fixed(size.0, 1))" height="\(Format.fixed(size.1, 1))" \
            fill="\(colour)"\(fade)><title>\(HTML.escaped(title))</title></rect>
            """)
    }

    /// A vertical line with a text that shows when pointed at.
    mutating func mark(at position: Double, colour: String, title: String) {
        let (top, bottom) = (at((position, y.highest)), at((position, y.lowest)))
        marks.append(
            """
            <line x1="\(top.x)" y1="\(top.y)" x2="\(bottom.x)" y2="\(bottom.y)" stroke="\(colour)" stroke-width="2" \
            stroke-dasharray="4 3"><title>\(HTML.escaped(title))</title></line>
            """)
    }

    var svg: String {
        let corner = at((x.lowest, y.lowest))
        let vertical = y.ticks.map { tick in
            let place = at((x.lowest, tick))
            let text = """
                <text x="\(left - 6)" y="\(place.y)" class="tick end">\(HTML.escaped(y.text(at: tick)))</text>
                """
            guard y.names.isEmpty else { return text }
            return """
                <line x1="\(corner.x)" x2="\(Self.width - Self.right)" y1="\(place.y)" y2="\(place.y)" class="grid"/>\
                \(text)
                """
        }
        let horizontal = x.ticks.map { tick in
            let place = at((tick, y.lowest))
            return #"<text x="\#(place.x)" y="\#(height - 17)" class="tick mid">\#(x.text(at: tick))</text>"#
        }
        return """
            <svg viewBox="0 0 \(Self.width) \(height)" role="img" aria-label="\(HTML.escaped(y.label))">
            \((vertical + horizontal + marks).joined(separator: "\n"))
            <text x="\(left)" y="11" class="label">\(HTML.escaped(y.label))</text>
            <text x="\(Self.width - Self.right)" y="\(height - 4)" class="label end">\(HTML.escaped(x.label))</text>
            </svg>
            """
    }
}
