public import Model

/// A trace file as it was read: in the normal form, with what the reader has to say about it.
public struct TraceReading: Hashable, Sendable {
    public var trace: Trace
    public var format: TraceFormat
    /// What the file holds. Of the rest the trace knows nothing: no rate, no round trip, no load; one direction's rate
    /// stands for both.
    public var carries: Set<TraceQuantity>
    /// Where in the trace the format's own tool begins its first pass.
    public var start: Nanoseconds
    /// Rows, periods or opportunities in the file.
    public var samples: Int
    public var remarks: [TraceRemark]
}

extension TraceReading {
    /// What a file does not say of itself.
    public struct Options: Sendable {
        /// `nil`: as the content shows.
        public var format: TraceFormat?
        /// What the columns of a table hold; none: as their names say.
        public var columns: [ColumnChoice] = []
        /// Between rows without a time.
        public var interval: Nanoseconds?
        /// Longer gaps between rows are cut to this; `nil`: the row before holds through them.
        public var longestGap: Nanoseconds?

        public init() {}
    }

    /// - Parameter source: how to name the file to a person: its path.
    /// - Throws: `TraceError`, naming the line.
    /// - Complexity: linear in the text, but for the order of gaps.
    public init(text: String, source: String, options: Options = Options()) throws(TraceError) {
        let lines = TraceText(text, source: source)
        let format: TraceFormat
        if let stated = options.format { format = stated } else { format = try .detected(in: lines) }
        guard options.columns.isEmpty || format == .csv else {
            throw lines.failure(
                nil, "is read as \(format.rawValue), which has no columns to choose; leave out --column")
        }
        switch format {
        case .resplit: self = try .normal(text, source: source)
        case .mahimahi: self = try DeliveryOpportunities(lines).reading
        case .pensieve: self = try PensieveTrace.reading(lines)
        case .sabre: self = try SabreTrace(text: text, source: source).reading(lines)
        case .simgridBandwidth, .simgridLatency, .simgridAvailability:
            self = try SimGridProfile(lines).reading(lines, as: format)
        case .csv: self = try ColumnTable(lines, options).reading
        case .ping: self = try PingLog(lines, options).reading
        }
    }

    /// The normal form has places for all; what tells nothing is not known.
    private static func normal(_ text: String, source: String) throws(TraceError) -> TraceReading {
        let trace = try Trace(csv: text, source: source)
        let states = trace.schedule.pieces.map(\.value)
        var carries: Set<TraceQuantity> = [.uplink, .rtt]
        if states.contains(where: { $0.downlink != $0.uplink }) { carries.insert(.downlink) }
        if states.contains(where: { $0.loss != 0 }) { carries.insert(.loss) }
        if states.contains(where: { $0.edgeLoad != 0 }) { carries.insert(.load) }
        return TraceReading(
            trace: trace, format: .resplit, carries: carries, start: .zero, samples: states.count, remarks: [])
    }
}
