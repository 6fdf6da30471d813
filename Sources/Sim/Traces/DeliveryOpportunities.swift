import Model

/// A trace of Mahimahi (Netravali et al., "Mahimahi: Accurate Record-and-Replay for HTTP", USENIX ATC 2015): each line
/// the millisecond of one opportunity to send 1500 bytes.
///
/// Stamps do not descend; they may repeat, and the first may be 0. The trace repeats for ever, and its period is its
/// *last* stamp: pass c's opportunity k lies at c · period + stamps[k], so one at 0 falls together with the last of the
/// pass before.
public struct DeliveryOpportunities: Hashable, Sendable {
    /// Milliseconds, ascending or equal, the last above zero. Never empty.
    public let stamps: [Int]

    /// - Returns: `nil` unless the stamps are as stated and below 2^40 (34 years).
    public init?(stamps: [Int]) {
        guard let first = stamps.first, first >= 0, let last = stamps.last, last > 0, last < 1 << 40,
            zip(stamps, stamps.dropFirst()).allSatisfy({ $0 <= $1 })
        else { return nil }
        self.stamps = stamps
    }

    /// Milliseconds.
    public var period: Int { stamps[stamps.count - 1] }

    /// Bytes of an IP packet that one opportunity carries.
    public static let packetBytes = 1500

    /// The moment of the opportunity at `index`, counted through all passes.
    ///
    /// - Precondition: `index` is not negative.
    func time(of index: Int) -> Int { index / stamps.count * period + stamps[index % stamps.count] }

    /// The first opportunity strictly after a millisecond: what arrives in the very millisecond of an opportunity has
    /// missed it.
    ///
    /// - Complexity: O(log stamps).
    func index(after millisecond: Int) -> Int {
        let pass = max(millisecond, 0) / period
        let within = millisecond - pass * period
        var low = 0
        var high = stamps.count
        while low < high {
            let middle = (low + high) / 2
            if stamps[middle] <= within { low = middle + 1 } else { high = middle }
        }
        // An opportunity at 0 of the next pass lies at this pass's end, in the order of passes after its last stamp.
        return pass * stamps.count + low
    }

    /// When the last of so many bytes of IP packets has left, if they are sent back to back from `millisecond` on over
    /// an idle link: the ceil(bytes / 1500)-th opportunity after it.
    public func completion(ofBytes bytes: Int, startingAt millisecond: Int) -> Int {
        guard bytes > 0 else { return millisecond }
        return time(of: index(after: millisecond) + (bytes - 1) / Self.packetBytes)
    }
}

extension DeliveryOpportunities {
    /// - Parameter source: how to name the file to a person: its path.
    /// - Throws: `TraceError`, naming the line.
    public init(text: String, source: String) throws(TraceError) {
        try self.init(TraceText(text, source: source))
    }

    init(_ text: TraceText) throws(TraceError) {
        var stamps: [Int] = []
        for line in text.lines {
            if line.isBlank {
                throw text.failure(line.number, "is blank, which mahimahi refuses; take the line out")
            }
            guard line.text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let stamp = Int(line.text), stamp < 1 << 40
            else {
                throw text.failure(
                    line.number, "is \(quoted(line.text)), not a whole number of milliseconds below 2^40")
            }
            if let last = stamps.last, stamp < last {
                throw text.failure(
                    line.number, "goes back from \(last) to \(stamp), which mahimahi refuses; sort the lines")
            }
            stamps.append(stamp)
        }
        guard let last = stamps.last else { throw text.failure(nil, "is empty; mahimahi wants an opportunity a line") }
        guard last > 0, let opportunities = DeliveryOpportunities(stamps: stamps) else {
            throw text.failure(
                text.lines.count, "ends at 0, so that its period were nothing; end it with a later opportunity")
        }
        self = opportunities
    }

    /// As rates: the millisecond (m - 1, m] has 12 Mbit/s for each opportunity at m, those at 0 counting at the
    /// period's end, where every pass but the first meets them. A transfer that starts on a whole millisecond over an
    /// idle link ends in the same millisecond as in Mahimahi: the integral of the rate, rounded up to milliseconds, is
    /// the count of opportunities.
    ///
    /// - Complexity: linear in the stamps.
    var reading: TraceReading {
        let zeros = stamps.prefix { $0 == 0 }.count
        var pieces: [Schedule<Trace.State>.Piece] = []
        func add(from start: Int, _ count: Int) {
            let rate = BitRate(bitsPerSecond: Double(count) * 12e6)
            if pieces.last?.value.uplink == rate { return }
            pieces.append(
                .init(
                    start: .zero + .milliseconds(Int64(start)),
                    value: Trace.State(uplink: rate, downlink: rate, rtt: .zero)))
        }
        var end = 0
        var index = zeros
        while index < stamps.count {
            let stamp = stamps[index]
            let next = stamps[index...].firstIndex { $0 > stamp } ?? stamps.count
            if stamp - 1 > end { add(from: end, 0) }
            add(from: stamp - 1, next - index + (stamp == period ? zeros : 0))
            end = stamp
            index = next
        }
        guard let trace = Trace(pieces: pieces, duration: .milliseconds(Int64(period))) else {
            preconditionFailure("stamps ascend from above zero to the period")
        }
        let remark = TraceRemark(
            line: 1,
            "opportunities at 0 (\(zeros)) serve nothing that arrives after the start; from then on they fall to the end of "
                + "each pass")
        return TraceReading(
            trace: trace, format: .mahimahi, carries: [.uplink], start: .zero, samples: stamps.count,
            remarks: zeros == 0 ? [] : [remark])
    }
}
