import Model

/// Rows of measurements made into a trace: each row holds from its time until the next one's, a missing value is the
/// last one there was, and the last row lasts as long as the one before it.
///
/// Of rows at one time the last counts; a row whose time goes back is left out. A gap is a step of more than five times
/// the median: the row before holds through it, unless gaps are to be cut. All of that is reported.
struct HeldRows {
    struct Row {
        var line: Int
        /// Since any origin.
        var time: Nanoseconds
        /// Of each quantity; `nil` where it is missing.
        var values: [Double?]
    }

    private let quantities: [TraceQuantity]
    private let longestGap: Nanoseconds?
    private var rows: [Row] = []
    private var same = Occurrences()
    private var backward = Occurrences()
    private var missing: [Occurrences]
    private(set) var samples = 0

    init(of quantities: [TraceQuantity], longestGap: Nanoseconds?) {
        self.quantities = quantities
        self.longestGap = longestGap
        missing = quantities.map { _ in Occurrences() }
    }

    mutating func add(_ row: Row) {
        samples += 1
        for index in quantities.indices where row.values[index] == nil { missing[index].note(line: row.line) }
        if let last = rows.last, row.time <= last.time {
            guard row.time == last.time else {
                backward.note(line: row.line)
                return
            }
            same.note(line: row.line)
            rows.removeLast()
            rows.append(row.filled(from: last))
        } else {
            rows.append(row)
        }
    }

    func reading(_ text: TraceText, as format: TraceFormat) throws(TraceError) -> TraceReading {
        for (quantity, missing) in zip(quantities, missing) where missing.count == samples {
            throw text.failure(nil, "has no value of the \(quantity.rawValue) in any row")
        }
        guard let origin = rows.first?.time else { throw text.failure(nil, "has no rows") }
        let steps = zip(rows, rows.dropFirst()).map { $1.time - $0.time }
        let long = median(of: steps).scaled(by: 5)
        var pieces: [Schedule<Trace.State>.Piece] = []
        var state = firstState
        var time = Nanoseconds.zero
        for (index, row) in rows.enumerated() {
            if index > 0 {
                let step = steps[index - 1]
                time += step > long ? min(step, longestGap ?? step) : step
            }
            for (quantity, value) in zip(quantities, row.values) {
                if let value { state[quantity] = value }
            }
            pieces.append(.init(start: .zero + time, value: completed(state)))
        }
        let last = pieces.count > 1 ? time - (pieces[pieces.count - 2].start - .zero) : .seconds(1)
        guard let trace = Trace(pieces: pieces, duration: time + last) else {
            throw text.failure(nil, "lasts more than 73 years; is the unit of its time right?")
        }
        return TraceReading(
            trace: trace, format: format, carries: Set(quantities), start: .zero, samples: samples,
            remarks: remarks(origin, steps, long))
    }

    /// What is known before the first row: each quantity's first value.
    private var firstState: Trace.State {
        var state = Trace.State.unknown
        for (index, quantity) in quantities.enumerated() {
            if let value = rows.lazy.compactMap({ $0.values[index] }).first { state[quantity] = value }
        }
        return state
    }

    /// One direction's rate stands for both.
    private func completed(_ state: Trace.State) -> Trace.State {
        var state = state
        if !quantities.contains(.downlink) { state.downlink = state.uplink }
        if !quantities.contains(.uplink) { state.uplink = state.downlink }
        return state
    }

    private func median(of steps: [Nanoseconds]) -> Nanoseconds {
        steps.isEmpty ? .zero : steps.sorted()[steps.count / 2]
    }

    private func remarks(_ origin: Nanoseconds, _ steps: [Nanoseconds], _ long: Nanoseconds) -> [TraceRemark] {
        var remarks = backward.remarks { "\(counted($0, "row")) left out: the time goes back" }
        remarks += same.remarks { "\(counted($0, "row")) at the time of the row before; the last counts" }
        var gaps = Occurrences()
        for (row, step) in zip(rows.dropFirst(), steps) where step > long { gaps.note(line: row.line) }
        let most = DecimalText.of((steps.max() ?? .zero).count, places: 9)
        let treatment = longestGap.map { "cut to \(DecimalText.of($0.count, places: 9)) s" }
        remarks += gaps.remarks {
            "\(counted($0, "gap")) of up to \(most) s; \(treatment ?? "the row before holds through them")"
        }
        for (quantity, missing) in zip(quantities, missing) {
            remarks += missing.remarks {
                "\(counted($0, "row")) of \(samples) without a value of the \(quantity.rawValue); the last one holds"
            }
        }
        if origin != .zero {
            remarks.append(
                TraceRemark("times are counted from the first row's, \(DecimalText.of(origin.count, places: 9)) s"))
        }
        return remarks
    }
}

extension HeldRows.Row {
    /// With the values of an earlier row where it has none of its own.
    fileprivate func filled(from other: Self) -> Self {
        var row = self
        row.values = zip(values, other.values).map { $0 ?? $1 }
        return row
    }
}
