import Model

/// One way of a cell: transfers at once, each with its max-min fair share in whole bit/s, so that what is left of each is exact.
struct SharedWay: Sendable {
    struct Transfer: Sendable {
        var slot: Int32
        var device: Int32
        /// In the units of `transferAmount`.
        var left: UInt64
        var rate: UInt64 = 0
    }

    /// Rates that stay at zero over so many changes count as gone for good.
    static let patience = 100_000

    let way: Way
    var transfers: [Transfer] = []
    var cursor = Course<LinkState>.Cursor()
    var last: Int64 = 0
    /// Of the newest plan for the next change.
    var number: Int32 = 0
    var changesWithoutRate = 0

    init(_ way: Way) { self.way = way }

    /// Goes on to `time` at the rates that hold since the last change.
    mutating func move(to time: Int64) {
        let span = UInt64(time - last)
        last = time
        for index in transfers.indices {
            let done = transfers[index].rate.multipliedReportingOverflow(by: span)
            transfers[index].left -=
                done.overflow ? transfers[index].left : min(done.partialValue, transfers[index].left)
        }
    }

    /// Gives everyone the lesser of its cap and an equal share of what the others leave, to the whole bit/s below.
    mutating func share(_ capacity: UInt64, caps: [UInt64]) {
        var left = capacity
        var count = UInt64(transfers.count)
        let order = caps.indices.sorted { (caps[$0], $0) < (caps[$1], $1) }
        for index in order {
            let rate = min(caps[index], left / count)
            transfers[index].rate = rate
            left -= rate
            count -= 1
        }
        changesWithoutRate = transfers.contains { $0.rate > 0 } ? 0 : changesWithoutRate + 1
    }

    /// When the first transfer is done at these rates; `nil` for never.
    var nextEnd: Int64? {
        var first: Int64?
        for transfer in transfers where transfer.left == 0 || transfer.rate > 0 {
            let needed = transfer.left == 0 ? 0 : (transfer.left - 1) / transfer.rate + 1
            guard needed <= UInt64(Instant.latest.nanoseconds - last) else { continue }
            first = min(first ?? .max, last + Int64(needed))
        }
        return first
    }
}

/// A cell and who sends in it now.
struct CellState: Sendable {
    let course: Course<LinkState>
    var up = SharedWay(.up)
    var down = SharedWay(.down)

    init(_ cell: Cell) { course = Course(cell.trace.schedule.mapValues(LinkState.init)) }
}

extension CellState {
    subscript(way: Way) -> SharedWay {
        _read { if way == .up { yield up } else { yield down } }
        _modify { if way == .up { yield &up } else { yield &down } }
    }
}
