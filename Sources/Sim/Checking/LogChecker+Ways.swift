import Model

extension LogChecker {
    mutating func sendBegan(_ entry: LogEntry, _ key: FrameKey) {
        guard mark(entry, key, \.sendBegan, after: \.edgeEnded), let plan = plan(key) else { return }
        if entry.bytes != plan.transmitBytes { breach(entry, "\(entry.bytes) bytes and not \(plan.transmitBytes)") }
        if devices[key.device].sendQueue.first != key.frame { breach(entry, "it is not the next to be sent") }
        devices[key.device].sendQueue.removeAll { $0 == key.frame }
        if let limit = group(key).link.queueLimit, waitingBytes(key.device) > limit { breach(entry, "too much waits") }
        begin(entry, .up)
    }

    mutating func sendEnded(_ entry: LogEntry, _ key: FrameKey) {
        guard mark(entry, key, \.sendEnded, after: \.sendBegan) else { return }
        end(entry, .up)
        devices[key.device].toCloud.append(key.frame)
    }

    mutating func atCloud(_ entry: LogEntry, _ key: FrameKey) {
        guard mark(entry, key, \.atCloud, after: \.sendEnded), let sent = flights[key]?.sendEnded else { return }
        let half = devices[key.device].link.rtt(at: sent).count / 2
        let least = Nanoseconds(half) + world.cloud.foreignQueue.value(at: sent)
        if entry.time - sent < least { breach(entry, "sooner than the way takes") }
        if devices[key.device].toCloud.first != key.frame { breach(entry, "it has overtaken another") }
        devices[key.device].toCloud.removeAll { $0 == key.frame }
    }

    mutating func returnBegan(_ entry: LogEntry, _ key: FrameKey) {
        guard mark(entry, key, \.returnBegan, after: \.cloudEnded), let plan = plan(key) else { return }
        if entry.bytes != plan.resultBytes { breach(entry, "\(entry.bytes) bytes and not \(plan.resultBytes)") }
        if devices[key.device].returnQueue.first != key.frame { breach(entry, "it is not the next to be returned") }
        devices[key.device].returnQueue.removeAll { $0 == key.frame }
        begin(entry, .down)
    }

    mutating func returnEnded(_ entry: LogEntry, _ key: FrameKey) {
        guard mark(entry, key, \.returnEnded, after: \.returnBegan) else { return }
        end(entry, .down)
    }

    /// Messages that are no frames, and frames of others.
    mutating func takeOther(_ entry: LogEntry) {
        switch entry.kind {
        case .sendBegan where entry.device != nil: begin(entry, .up)
        case .sendEnded where entry.device != nil: end(entry, .up)
        case .returnBegan where entry.device != nil: begin(entry, .down)
        case .returnEnded where entry.device != nil: end(entry, .down)
        case .edgeBegan where entry.device != nil: edgeProbeBegan(entry)
        case .edgeEnded where entry.device != nil: edgeProbeEnded(entry)
        case .atCloud, .cloudBegan, .cloudEnded, .abandoned: foreign(entry)
        default: breach(entry, "only frames have it")
        }
    }

    private mutating func begin(_ entry: LogEntry, _ way: Way) {
        guard let device = entry.device else { return }
        let view = way == .up ? devices[device].up : devices[device].down
        if view.since != nil { breach(entry, "the way carries another message") }
        let new = WayView(since: entry.time, bytes: entry.bytes, frame: entry.frame)
        if way == .up { devices[device].up = new } else { devices[device].down = new }
        guard let cell = world.devices[groups[device]].link.cell else { return }
        let link = devices[device].link
        if way == .up {
            cells[cell].up.begin(entry.bytes, of: device, link, at: entry.time)
        } else {
            cells[cell].down.begin(entry.bytes, of: device, link, at: entry.time)
        }
    }

    private mutating func end(_ entry: LogEntry, _ way: Way) {
        guard let device = entry.device else { return }
        let view = way == .up ? devices[device].up : devices[device].down
        if way == .up { devices[device].up = WayView() } else { devices[device].down = WayView() }
        guard let since = view.since, view.frame == entry.frame, view.bytes == entry.bytes else {
            return breach(entry, "the way does not carry it")
        }
        let amount = UInt128(transferAmount(ofBytes: entry.bytes))
        let link = devices[device].link
        if link.integral(way, from: since, to: entry.time) < amount { breach(entry, "faster than the link") }
        guard let cell = world.devices[groups[device]].link.cell else {
            let before = entry.time - Nanoseconds(1)
            if entry.time > since, link.integral(way, from: since, to: before) >= amount {
                breach(entry, "slower than the link")
            }
            return
        }
        let due =
            way == .up
            ? cells[cell].up.end(of: device, at: entry.time) : cells[cell].down.end(of: device, at: entry.time)
        if due != entry.time {
            let when = due.map { "at \($0.nanoseconds) ns" } ?? "later"
            breach(entry, "its fair share of the cell would have it end \(when)")
        }
    }
}
