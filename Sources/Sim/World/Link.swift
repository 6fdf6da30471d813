public import Model

/// A device's way to the cloud. Uplink and downlink each carry one message at a time, in order.
public struct Link: Hashable, Sendable {
    /// Rates, round trip and loss over time; the edge load of the trace is not read here. Loss takes its share of the rate.
    public var trace: Trace
    /// Where in the trace the run begins.
    public var offset = Nanoseconds.zero
    /// What each way's delay exceeds half the round trip by, at most: uniform from zero. Order is kept.
    public var jitter = Nanoseconds.zero
    /// Bytes that may wait for the uplink, beside the message being sent; a message beyond them waits at the edge no more: it is
    /// lost, and the agent answers the frame itself. `nil`: no bound.
    public var queueLimit: Int?
    /// Frames whose receipts are not back yet, a round trip after their last byte was sent, at most: the next one waits for one of them,
    /// so that a backlog goes a window at a time. `nil`: no bound.
    public var window: Int?
    /// Whether an answer that comes when the link is out waits for its end, as before a radio; otherwise what has been sent arrives.
    public var holdsAnswers = false
    /// The agent's patience: a frame that is not back so long after its capture is answered by the edge alone; at once, where the
    /// agent listens and counts the link as lost, or a sign of life is overdue. `nil`: it waits.
    public var fallbackAfter: Nanoseconds?
    /// Position in `World.cells` of the cell whose rates bound the device's, too.
    public var cell: Int?

    public init(trace: Trace) { self.trace = trace }
}

/// Rates that devices share: those that send at a moment get equal shares, but none more than its own link has (max-min
/// fairness; Bertsekas and Gallager, "Data Networks", 2nd ed., section 6.5.2).
public struct Cell: Hashable, Sendable {
    public var name: String
    public var trace: Trace

    public init(name: String, trace: Trace) {
        self.name = name
        self.trace = trace
    }
}
