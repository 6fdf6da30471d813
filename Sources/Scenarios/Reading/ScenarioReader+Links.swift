import Model
import Sim
import YAMLReading

extension ScenarioReader {
    func link(_ value: YAMLValue, cells: [Cell]) throws -> Link {
        let fields = try value.fields(Keys.Link.self)
        var link = Link(trace: try trace(of: fields))
        link.offset = try fields[.offset]?.duration(in: .zero...Limit.month) ?? link.offset
        link.jitter = try fields[.jitter]?.duration(in: .zero...Limit.hour) ?? link.jitter
        link.queueLimit = try fields[.queueLimit]?.bytes(in: 0...Limit.bytes)
        link.fallbackAfter = try fields[.fallbackAfter]?.duration(in: .milliseconds(1)...Limit.hour)
        if let name = fields[.cell] {
            guard let cell = cells.firstIndex(where: { $0.name == name.scalar }) else {
                throw name.unknownName(among: cells.map(\.name))
            }
            link.cell = cell
        }
        return link
    }

    func cells(_ value: YAMLValue) throws -> [Cell] {
        var cells: [Cell] = []
        for (name, value) in try value.entries() {
            let fields = try value.fields(Keys.Cell.self)
            let keys = LinkKeys<Keys.Cell>(
                trace: .trace, format: .format, columns: .columns, interval: .interval, uplink: .uplink,
                downlink: .downlink, rtt: nil, loss: nil)
            cells.append(Cell(name: name, trace: try trace(of: fields, keys)))
        }
        return cells
    }

    private func trace(of fields: YAMLFields<Keys.Link>) throws -> Trace {
        let keys = LinkKeys<Keys.Link>(
            trace: .trace, format: .format, columns: .columns, interval: .interval, uplink: .uplink,
            downlink: .downlink, rtt: .rtt, loss: .loss)
        return try trace(of: fields, keys)
    }

    /// A trace with what is stated in its place; without one, what is stated alone.
    private func trace<Key>(of fields: YAMLFields<Key>, _ keys: LinkKeys<Key>) throws -> Trace {
        guard let path = fields[keys.trace] else { return try statedTrace(fields, keys) }
        var options = TraceReading.Options()
        options.format = try fields[keys.format]?.choice(TraceFormat.self)
        options.columns = try fields[keys.columns].map(columns) ?? []
        options.interval = try fields[keys.interval]?.duration(in: .microseconds(1)...Limit.day)
        if !options.columns.isEmpty { options.format = options.format ?? .csv }
        var reading = try trace(path.text(), of: path, options)
        for (quantity, value) in try constants(fields, keys) {
            reading.trace = reading.trace.holding(quantity, at: value)
            reading.carries.insert(quantity)
        }
        guard !reading.carries.isDisjoint(with: [.uplink, .downlink]) else {
            throw path.error("is a trace without a rate; state one beside it: uplink: 10Mbps")
        }
        guard keys.rtt == nil || reading.carries.contains(.rtt) else {
            throw path.error("is a trace without a round trip; state one beside it: rtt: 30ms")
        }
        return reading.trace
    }

    private func columns(_ value: YAMLValue) throws(DocumentError) -> [ColumnChoice] {
        var columns: [ColumnChoice] = []
        for element in try value.elements() {
            guard let column = ColumnChoice(element.scalar ?? "") else {
                throw element.error("says of no column what it is; write, for example, uplink=UL_bitrate:kbit/s")
            }
            columns.append(column)
        }
        return columns
    }

    /// What is held in place of the trace's, in the units of `Trace.holding`.
    private func constants<Key>(
        _ fields: YAMLFields<Key>, _ keys: LinkKeys<Key>
    ) throws(DocumentError) -> [(TraceQuantity, Double)] {
        var constants: [(TraceQuantity, Double)] = []
        if let uplink = fields[keys.uplink] { constants.append((.uplink, try rate(uplink).bitsPerSecond)) }
        if let downlink = fields[keys.downlink] { constants.append((.downlink, try rate(downlink).bitsPerSecond)) }
        if let key = keys.rtt, let rtt = fields[key] { constants.append((.rtt, try roundTrip(rtt).inSeconds)) }
        if let key = keys.loss, let loss = fields[key] { constants.append((.loss, try loss.share())) }
        return constants
    }

    private func rate(_ value: YAMLValue) throws(DocumentError) -> BitRate { try value.bitRate(upTo: Limit.rate) }

    private func roundTrip(_ value: YAMLValue) throws(DocumentError) -> Nanoseconds {
        try value.duration(in: .zero...Limit.hour)
    }

    /// Rates and round trips from the scenario alone, each one value or several from times on.
    private func statedTrace<Key>(
        _ fields: YAMLFields<Key>, _ keys: LinkKeys<Key>
    ) throws(DocumentError) -> Trace {
        for key in [keys.format, keys.columns, keys.interval] {
            if let value = fields[key] { throw value.error("says how to read a trace, but no trace is named") }
        }
        let uplink = try schedule(try fields.required(keys.uplink, as: "10Mbps"), rate)
        let downlink = try fields[keys.downlink].map { value throws(DocumentError) in try schedule(value, rate) }
        var rtt = Schedule<Nanoseconds>.constant(.zero)
        if let key = keys.rtt { rtt = try schedule(try fields.required(key, as: "30ms"), roundTrip) }
        var loss = Schedule<Double>.constant(0)
        if let key = keys.loss, let value = fields[key] {
            loss = try schedule(value) { value throws(DocumentError) in try value.share() }
        }
        let starts = Set(
            (uplink.pieces.map(\.start) + (downlink?.pieces.map(\.start) ?? []) + rtt.pieces.map(\.start)
                + loss.pieces.map(\.start)))
        let pieces = starts.sorted().map { start in
            Schedule<Trace.State>.Piece(
                start: start,
                value: Trace.State(
                    uplink: uplink.value(at: start), downlink: (downlink ?? uplink).value(at: start),
                    rtt: rtt.value(at: start), loss: loss.value(at: start)))
        }
        // Longer than any run, so that what is stated holds to the end.
        guard let trace = Trace(pieces: pieces, duration: Limit.month * 12) else {
            throw fields.whole.error("has times that make no trace")
        }
        return trace
    }
}

/// The keys by which a link and a cell name the same things.
private struct LinkKeys<Key> {
    var trace: Key
    var format: Key
    var columns: Key
    var interval: Key
    var uplink: Key
    var downlink: Key
    var rtt: Key?
    var loss: Key?
}
