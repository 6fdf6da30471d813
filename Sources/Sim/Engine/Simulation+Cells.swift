import Model

/// Transfers in cells: at every change of who sends, or of a rate, the shares are reckoned anew.
extension Simulation {
    /// Begins to carry a job over a way that has the link for itself, or a share of a cell.
    mutating func carry(_ slot: Int, _ device: Int, _ way: Way) {
        let facts = groups[devices[device].group]
        let bytes = Int(jobs[slot].bytes)
        facts.link.move(&devices[device][way].cursor, to: now.nanoseconds)
        if let cell = facts.group.link.cell {
            return change(cell, way) { shared in
                shared.transfers.append(
                    SharedWay.Transfer(slot: Int32(slot), device: Int32(device), left: transferAmount(ofBytes: bytes)))
            }
        }
        let end = facts.link.completion(ofBytes: bytes, from: now.nanoseconds, way, &devices[device][way].cursor)
        devices[device][way].carriedUntil = end
        if let end {
            schedule(Happening(way == .up ? .sendDone : .returnDone, device: device, subject: slot), at: end)
        }
    }

    /// - Parameter place: two times the cell's position, and one more for the way down.
    mutating func cellDone(_ place: Int, _ number: Int) {
        let way: Way = place % 2 == 0 ? .up : .down
        guard Int(cells[place / 2][way].number) == number else { return }
        change(place / 2, way) { _ in }
    }

    private mutating func change(_ cell: Int, _ way: Way, _ body: (inout SharedWay) -> Void) {
        var shared = SharedWay(way)
        swap(&shared, &cells[cell][way])
        shared.move(to: now.nanoseconds)
        let done = shared.transfers.filter { $0.left == 0 }
        shared.transfers.removeAll { $0.left == 0 }
        body(&shared)
        planNextChange(cell, &shared)
        swap(&shared, &cells[cell][way])
        for transfer in done {
            switch way {
            case .up: sendDone(Int(transfer.slot))
            case .down: returnDone(Int(transfer.slot))
            }
        }
    }

    private mutating func planNextChange(_ cell: Int, _ shared: inout SharedWay) {
        shared.number &+= 1
        guard !shared.transfers.isEmpty else { return }
        let time = now.nanoseconds
        let course = cells[cell].course
        let capacity = shared.way.rate(course.value(&shared.cursor, at: time))
        var next = shared.cursor.end
        var caps: [UInt64] = []
        caps.reserveCapacity(shared.transfers.count)
        for transfer in shared.transfers {
            let device = Int(transfer.device)
            let link = groups[devices[device].group].link
            caps.append(shared.way.rate(link.value(&devices[device][shared.way].cursor, at: time)))
            next = min(next, shared.way == .up ? devices[device].up.cursor.end : devices[device].down.cursor.end)
        }
        shared.share(capacity, caps: caps)
        if let end = shared.nextEnd { next = min(next, end) }
        guard next <= Instant.latest.nanoseconds, shared.changesWithoutRate < SharedWay.patience else { return }
        let place = cell * 2 + (shared.way == .up ? 0 : 1)
        schedule(Happening(.cellDone, device: place, subject: Int(shared.number)), at: next)
    }
}
