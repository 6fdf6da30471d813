import Model

/// The sender's window: frames on the wire without a receipt.
extension Simulation {
    /// Whether a frame may begin.
    func isWindowOpen(_ device: Int) -> Bool {
        guard let window = groups[devices[device].group].group.link.window else { return true }
        return devices[device].up.unreceipted < window
    }

    /// Whether what waits first for the uplink may begin. What is no frame needs no receipt, but overtakes nothing.
    func isNextFree(_ device: Int) -> Bool {
        guard !isWindowOpen(device), let first = devices[device].up.waiting.first else { return true }
        return jobs[first].content != .frame
    }

    mutating func enterWindow(_ device: Int) {
        guard groups[devices[device].group].group.link.window != nil else { return }
        devices[device].up.unreceipted += 1
    }

    /// A frame's last byte is sent. The receipt needs the round trip, and is back whether or not the frame still counts.
    mutating func awaitReceipt(_ device: Int, rtt: Int64) {
        guard groups[devices[device].group].group.link.window != nil else { return }
        schedule(Happening(.receipt, device: device), after: rtt)
    }

    mutating func receiptArrived(_ device: Int) {
        devices[device].up.unreceipted -= 1
        serve(device, .up)
    }
}

/// Answers that an outage keeps.
extension Simulation {
    /// When what would be back at `arrival` is back; beyond simulated time where the link stays out.
    func held(_ device: Int, until arrival: Int64) -> Int64 {
        let facts = groups[devices[device].group]
        guard facts.group.link.holdsAnswers, arrival <= Instant.latest.nanoseconds else { return arrival }
        var ahead = devices[device].down.cursor
        return facts.link.firstUp(from: arrival, &ahead) ?? Instant.latest.nanoseconds + 1
    }
}
