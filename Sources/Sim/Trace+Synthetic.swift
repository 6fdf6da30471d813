public import Model

/// Made-up traces: what a link does in broad strokes, with seeded noise on top.
extension Trace {
    /// A stretch over which the means run straight from the first value to the last.
    public struct Stretch: Sendable {
        public var steps: Int
        /// Mbit/s at the start and at the end.
        public var uplink: (from: Double, to: Double)
        /// Milliseconds at the start and at the end.
        public var rtt: (from: Double, to: Double)
        /// Each value lies uniformly within this share of the mean, 0…1.
        public var spread: Double

        public init(
            steps: Int, uplink: (from: Double, to: Double), rtt: (from: Double, to: Double), spread: Double
        ) {
            self.steps = steps
            self.uplink = uplink
            self.rtt = rtt
            self.spread = spread
        }
    }

    /// One piece every `step`: rates to 10 kbit/s, round trips to 0.1 ms. The downlink is as the uplink.
    ///
    /// - Parameter edgeLoad: busy processes at a time.
    /// - Returns: `nil` where the stretches have no steps or `step` is not positive.
    public static func synthetic(
        stretches: [Stretch], step: Nanoseconds, edgeLoad: (Nanoseconds) -> Double, seed: UInt64
    ) -> Trace? {
        var random = SeededGenerator(seed: seed)
        var pieces: [Schedule<State>.Piece] = []
        for stretch in stretches {
            for index in 0..<max(stretch.steps, 0) {
                let share = Double(index) / Double(stretch.steps)
                func value(_ range: (from: Double, to: Double), unit: Double) -> Double {
                    let noise = 1 + stretch.spread * (2 * random.nextUnit() - 1)
                    return ((range.from + (range.to - range.from) * share) * noise / unit).rounded() * unit
                }
                let time = step * Int64(pieces.count)
                let uplink = BitRate(bitsPerSecond: (value(stretch.uplink, unit: 0.01) * 1e6).rounded())
                let rtt = Nanoseconds(milliseconds: value(stretch.rtt, unit: 0.1))
                pieces.append(
                    .init(
                        start: .zero + time,
                        value: State(uplink: uplink, downlink: uplink, rtt: rtt, edgeLoad: edgeLoad(time))))
            }
        }
        return Trace(pieces: pieces, duration: step * Int64(pieces.count))
    }
}
