import Model
import Sim

/// What `trace inspect` says.
struct TraceReport: Encodable {
    /// Over one pass, every moment counting the same. Quantiles are the least values not exceeded for that share of the
    /// time.
    struct Range: Encodable {
        var mean, min, max, p5, p50, p95: Double
        private let unit: String

        init(_ statistics: TraceStatistics, unit: String, factor: Double = 1) {
            mean = statistics.mean * factor
            min = statistics.min * factor
            max = statistics.max * factor
            p5 = statistics.quantile(0.05) * factor
            p50 = statistics.quantile(0.5) * factor
            p95 = statistics.quantile(0.95) * factor
            self.unit = unit
        }

        var values: [Double] { [mean, min, p5, p50, p95, max] }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            for (name, value) in zip(["mean", "min", "p5", "p50", "p95", "max"], values) {
                try container.encode(value, forKey: Key(stringValue: name + unit))
            }
        }

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
    }

    var format: String
    var duration: Nanoseconds
    /// Where the format's own tool begins its first pass; absent at zero.
    var start: Nanoseconds?
    var samples: Int
    /// Of constant values.
    var pieces: Int
    /// What the figures are means over; absent where they are of the pieces as they are.
    var window: Nanoseconds?
    var carries: [String]
    var uplink: Range?
    var downlink: Range?
    /// The share of time without an uplink.
    var outageShare: Double?
    var roundTrip: Range?
    var loss: Range?
    var load: Range?
    var remarks: [String]

    enum CodingKeys: String, CodingKey {
        case format, duration = "duration_ms", start = "start_ms", samples, pieces, window = "window_ms", carries,
            uplink, downlink
        case outageShare = "outage_share", roundTrip = "rtt_ms", loss, load, remarks
    }

    init(_ reading: TraceReading, pieces: Int, window: Nanoseconds?) {
        self.pieces = pieces
        self.window = window
        let trace = reading.trace
        func range(_ quantity: TraceQuantity, _ unit: String, _ factor: Double = 1) -> Range? {
            reading.carries.contains(quantity)
                ? Range(TraceStatistics(trace, quantity), unit: unit, factor: factor) : nil
        }
        format = reading.format.rawValue
        duration = trace.duration
        start = reading.start == .zero ? nil : reading.start
        samples = reading.samples
        carries = TraceQuantity.allCases.filter { reading.carries.contains($0) }.map(\.rawValue)
        uplink = range(.uplink, "_bps")
        downlink = range(.downlink, "_bps")
        outageShare = uplink.map { _ in TraceStatistics(trace, .uplink).zeroShare }
        roundTrip = range(.rtt, "", 1000)
        loss = range(.loss, "")
        load = range(.load, "")
        remarks = reading.remarks.map(\.description)
    }

    var text: String {
        var table = Table(["", "mean", "least", "5 %", "median", "95 %", "most"])
        let rows: [(String, Range?, (Double) -> String)] = [
            ("uplink", uplink, { Format.rate(BitRate(bitsPerSecond: $0)) }),
            ("downlink", downlink, { Format.rate(BitRate(bitsPerSecond: $0)) }),
            ("round trip", roundTrip, { Format.milliseconds($0) }), ("loss", loss, { Format.share($0) }),
            ("load", load, { Format.fixed($0, 2) }),
        ]
        for case (let name, let range?, let text) in rows { table.add([name] + range.values.map(text)) }
        let seconds = Format.fixed(duration.inSeconds, 3)
        let outage = outageShare.map { $0 > 0 ? ", without uplink for \(Format.share($0)) of the time" : "" } ?? ""
        let notes = remarks.map { "\n  \($0)" }.joined()
        let means = window.map { ", means over \(Format.milliseconds($0))" } ?? ""
        return "\(format): \(samples) samples, \(seconds) s\(outage)\(means)\n\n\(table.render())"
            + (notes.isEmpty ? "" : "\n\nas it was read:\(notes)")
    }
}
