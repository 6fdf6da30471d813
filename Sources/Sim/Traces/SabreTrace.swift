import Model

/// A trace of Sabre (Spiteri, Sitaraman, Sparacio, "From Theory to Practice: Improving Bitrate Adaptation in the DASH
/// Reference Player", MMSys 2018): periods one after another; after the last the first follows at once.
public struct SabreTrace: Hashable, Sendable {
    public struct Period: Hashable, Sendable {
        /// Milliseconds.
        public var duration: Double
        /// kbit/s, which are bits a millisecond.
        public var bandwidth: Double
        /// Milliseconds of a full round trip.
        public var latency: Double

        public init(duration: Double, bandwidth: Double, latency: Double) {
            self.duration = duration
            self.bandwidth = bandwidth
            self.latency = latency
        }
    }

    /// Never empty; some time and no value negative.
    public let periods: [Period]

    /// - Returns: `nil` unless the periods last some time, and values are finite and not negative.
    public init?(periods: [Period]) {
        guard periods.contains(where: { $0.duration > 0 }),
            periods.allSatisfy({ period in
                [period.duration, period.bandwidth, period.latency].allSatisfy { $0 >= 0 && $0.isFinite }
            })
        else { return nil }
        self.periods = periods
    }
}

extension SabreTrace {
    /// Keys of a period, and the largest value that means anything: 31 years, a Pbit/s, an hour.
    private static let keys: [(name: String, limit: Double)] = [
        ("duration_ms", 1e12), ("bandwidth_kbps", 1e12), ("latency_ms", 3.6e6),
    ]

    /// - Parameter source: how to name the file to a person: its path.
    /// - Throws: `TraceError`, naming the line.
    public init(text: String, source: String) throws(TraceError) {
        var json = FlatJSON(text, source: source)
        var periods: [Period] = []
        for object in try json.objects() {
            var values: [Double] = []
            for key in Self.keys {
                guard let value = object.members[key.name] else {
                    throw TraceError(source: source, line: object.line, column: key.name, problem: "is missing")
                }
                guard let value, value >= 0, value <= key.limit else {
                    throw TraceError(
                        source: source, line: object.line, column: key.name,
                        problem: "is not a number from 0 to \(DecimalText.of(Int64(key.limit), places: 0))")
                }
                values.append(value)
            }
            periods.append(Period(duration: values[0], bandwidth: values[1], latency: values[2]))
        }
        guard let trace = SabreTrace(periods: periods) else {
            throw TraceError(source: source, line: nil, column: nil, problem: "lasts no time: no period has a duration")
        }
        self = trace
    }

    func reading(_ text: TraceText) throws(TraceError) -> TraceReading {
        var pieces: [Schedule<Trace.State>.Piece] = []
        var end = 0.0
        var empty = 0
        for period in periods {
            let start = Nanoseconds(milliseconds: end)
            end += period.duration
            guard Nanoseconds(milliseconds: end) > start else {
                empty += 1
                continue
            }
            let rate = BitRate(bitsPerSecond: (period.bandwidth * 1000).rounded())
            let rtt = Nanoseconds(milliseconds: period.latency)
            pieces.append(.init(start: .zero + start, value: Trace.State(uplink: rate, downlink: rate, rtt: rtt)))
        }
        guard let trace = Trace(pieces: pieces, duration: Nanoseconds(milliseconds: end)) else {
            throw text.failure(nil, "lasts more than 73 years, or less than a nanosecond")
        }
        let remark = TraceRemark("\(counted(empty, "period")) without effect: they last no time")
        return TraceReading(
            trace: trace, format: .sabre, carries: [.uplink, .rtt], start: .zero, samples: periods.count,
            remarks: empty == 0 ? [] : [remark])
    }
}
