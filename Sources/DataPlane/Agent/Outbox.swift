package import Model
import Synchronization

/// What is to be told to the controller, kept while it is away.
///
/// Bounded: at most 50,000 samples, as many frames and as many other messages are kept, some 20 MB; of a kind that is full
/// the oldest 5,000 go first. At ten frames and twenty samples a second that is 40 minutes. What goes is counted, said when
/// it begins, and, with its number, once the controller is back.
package final class Outbox: Sendable {
    private struct State {
        var samples: [Sample] = []
        var frames: [FrameRecord] = []
        var notices: [AgentMessage] = []
        var isClosing = false
        var isDelivered = false
        /// Since the start.
        var dropped = 0
        /// Since the loss was last told.
        var unsaid = 0

        var count: Int { samples.count + frames.count + notices.count }

        mutating func drop<Element>(_ count: Int, of kind: WritableKeyPath<State, [Element]>) {
            self[keyPath: kind].removeFirst(count)
            dropped += count
            unsaid += count
        }
    }

    private let capacity: Int
    private let onLoss: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - capacity: of each kind.
    ///   - onLoss: called when something is dropped and nothing was since the last loss was told. Must not use the outbox.
    package init(capacity: Int = 50_000, onLoss: @escaping @Sendable () -> Void) {
        self.capacity = capacity
        self.onLoss = onLoss
    }

    package func add(_ sample: Sample) { add(sample, to: \.samples) }
    package func add(_ record: FrameRecord) { add(record, to: \.frames) }
    package func add(_ message: AgentMessage) { add(message, to: \.notices) }

    private func add<Element>(_ element: Element, to kind: WritableKeyPath<State, [Element]>) {
        change { state in
            guard !state.isClosing else { return }
            if state[keyPath: kind].count >= capacity { state.drop(max(1, capacity / 10), of: kind) }
            state[keyPath: kind].append(element)
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let isFirstLoss = state.withLock { state in
            let before = state.unsaid
            body(&state)
            return before == 0 && state.unsaid > 0
        }
        if isFirstLoss { onLoss() }
    }

    /// Nothing more is taken: the line to the controller is to end once all is sent.
    package func close() { state.withLock { $0.isClosing = true } }
    package var isDone: Bool { state.withLock { $0.isClosing && $0.count == 0 } }

    /// The controller has taken everything, and ended the line.
    package func delivered() { state.withLock { $0.isDelivered = true } }
    package var isDelivered: Bool { state.withLock { $0.isDelivered } }

    /// What was dropped since the last call: a loss that is told now, and over until the next.
    package func takeLoss() -> Int {
        state.withLock { state in
            defer { state.unsaid = 0 }
            return state.unsaid
        }
    }

    /// What the controller was not told of: dropped, or still here.
    package var untold: Int { state.withLock { $0.dropped + $0.count } }

    /// Everything, in messages of moderate size: telemetry, then frames, then the outcomes of moves that may rest on
    /// them.
    package func drain() -> [AgentMessage] {
        let taken = state.withLock { state in
            defer {
                state.samples = []
                state.frames = []
                state.notices = []
            }
            return state
        }
        return Self.batches(taken.samples).map(AgentMessage.samples)
            + Self.batches(taken.frames).map(AgentMessage.frames)
            + taken.notices
    }

    /// Puts back what could not be sent, before what came since.
    package func restore(_ messages: some Collection<AgentMessage>) {
        change { state in
            for message in messages.reversed() {
                switch message {
                case .samples(let samples): state.samples.insert(contentsOf: samples, at: 0)
                case .frames(let frames): state.frames.insert(contentsOf: frames, at: 0)
                default: state.notices.insert(message, at: 0)
                }
            }
            state.drop(max(0, state.samples.count - capacity), of: \.samples)
            state.drop(max(0, state.frames.count - capacity), of: \.frames)
            state.drop(max(0, state.notices.count - capacity), of: \.notices)
        }
    }

    private static func batches<Element>(_ elements: [Element]) -> [[Element]] {
        stride(from: 0, to: elements.count, by: 1000).map { Array(elements[$0..<min($0 + 1000, elements.count)]) }
    }
}
