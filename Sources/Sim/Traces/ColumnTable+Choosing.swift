import Model

extension ColumnTable {
    /// The columns in use, the time first. Where quantities are chosen, only they are; the time may always be
    /// recognised.
    func chosen(_ choices: [ColumnChoice], _ example: [Substring]) throws(TraceError) -> [Column] {
        var columns: [Column] = []
        for choice in choices {
            if columns.contains(where: { $0.quantity == choice.quantity }) {
                throw text.failure(nil, "--column \(ColumnChoice.title(choice.quantity)) is given twice")
            }
            guard let index = header.firstIndex(of: choice.name) ?? Int(choice.name).map({ $0 - 1 }),
                header.indices.contains(index)
            else { throw unknown(choice.name) }
            columns.append(try column(choice.quantity, index, unit: choice.unit, example))
        }
        let isAllRecognised = !columns.contains { $0.quantity != nil }
        for quantity in [nil] + TraceQuantity.allCases.map(Optional.some) {
            guard
                quantity == nil ? !columns.contains(where: { $0.quantity == nil }) && interval == nil : isAllRecognised
            else { continue }
            if let index = try recognised(quantity) {
                columns.append(try column(quantity, index, unit: nil, example))
            }
        }
        guard interval != nil || columns.contains(where: { $0.quantity == nil }) else {
            throw text.failure(
                nil,
                "has no column that is known to be the time; say --column time=NAME:s, or how far rows lie apart with "
                    + "--interval; \(known)")
        }
        guard columns.contains(where: { $0.quantity != nil }) else {
            throw text.failure(
                nil,
                "has no column that is known to be a rate, round trip, loss or load; say --column uplink=NAME:Mbit/s; "
                    + known)
        }
        return columns.sorted { Self.order($0.quantity) < Self.order($1.quantity) }
    }

    private static func order(_ quantity: TraceQuantity?) -> Int {
        quantity.flatMap { TraceQuantity.allCases.firstIndex(of: $0) } ?? -1
    }

    private func recognised(_ quantity: TraceQuantity?) throws(TraceError) -> Int? {
        let matches = header.indices.filter { index in
            let (stem, unit) = ColumnChoice.parts(of: header[index])
            guard let meaning = ColumnChoice.meaning(of: stem), meaning == quantity else { return false }
            // Megahertz of processor usage are no load.
            return unit.map { unit in TraceQuantity.units(of: quantity).contains { $0.name == unit } } ?? true
        }
        if matches.count > 1 {
            let names = matches.map { quoted(header[$0]) }.joined(separator: " and ")
            throw text.failure(
                nil,
                "has columns \(names), which may each be the \(ColumnChoice.title(quantity)); say which with --column "
                    + "\(ColumnChoice.title(quantity))=NAME:UNIT")
        }
        return matches.first
    }

    private func column(
        _ quantity: TraceQuantity?, _ index: Int, unit: String?, _ example: [Substring]
    ) throws(TraceError) -> Column {
        let name = oneLine(header[index])
        if quantity == nil, unit == nil, example.indices.contains(index), WallTime.parse(example[index]) != nil {
            return Column(quantity: nil, index: index, name: name, factor: nil)
        }
        let units = TraceQuantity.units(of: quantity)
        // The normal form's own names.
        let isShare = name == TraceColumn.loss.rawValue || name == TraceColumn.edgeLoad.rawValue
        let unit = unit ?? ColumnChoice.parts(of: name).unit ?? (isShare ? "1" : nil)
        guard let factor = units.first(where: { $0.name == unit })?.factor else {
            let title = ColumnChoice.title(quantity)
            throw text.failure(
                nil, column: name,
                "does not say its unit; say it with --column '\(title)=\(name):\(units[0].name)', or another of "
                    + units.dropFirst().map(\.name).joined(separator: ", "))
        }
        return Column(quantity: quantity, index: index, name: name, factor: factor)
    }

    private func oneLine(_ name: String) -> String { String(quoted(name).dropFirst().dropLast()) }

    private func unknown(_ name: String) -> TraceError {
        let hint = nearestName(to: name, among: header).map { "did you mean \(quoted($0))?" } ?? known
        return text.failure(nil, "has no column \(quoted(name)); \(hint)")
    }

    private var known: String {
        let names = header.prefix(12).map { quoted($0) }.joined(separator: ", ")
        return "the columns are \(names)\(header.count > 12 ? " and \(header.count - 12) more" : "")"
    }
}
