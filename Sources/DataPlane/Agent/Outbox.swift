import Model
import Synchronization

/// What is to be told to the controller, kept while it is away: bounded, the oldest goes first.
final class Outbox: Sendable {
    private struct State {
        var samples: [Sample] = []
        var frames: [FrameRecord] = []
        var notices: [AgentMessage] = []
        var isClosing = false
        var isDelivered = false

        var isEmpty: Bool { samples.isEmpty && frames.isEmpty && notices.isEmpty }
    }

    private static let capacity = 50_000
    private let state = Mutex(State())

    func add(_ sample: Sample) { add { Self.append(sample, to: &$0.samples) } }
    func add(_ record: FrameRecord) { add { Self.append(record, to: &$0.frames) } }
    func add(_ message: AgentMessage) { add { Self.append(message, to: &$0.notices) } }

    private func add(_ change: (inout State) -> Void) {
        state.withLock { state in
            if !state.isClosing { change(&state) }
        }
    }

    private static func append<Element>(_ element: Element, to elements: inout [Element]) {
        if elements.count >= capacity { elements.removeFirst(capacity / 10) }
        elements.append(element)
    }

    /// Nothing more is taken: the line to the controller is to end once all is sent.
    func close() { state.withLock { $0.isClosing = true } }
    var isDone: Bool { state.withLock { $0.isClosing && $0.isEmpty } }

    /// The controller has taken everything, and ended the line.
    func delivered() { state.withLock { $0.isDelivered = true } }
    var isDelivered: Bool { state.withLock { $0.isDelivered } }

    /// Everything, in messages of moderate size: telemetry, then frames, then the outcomes of moves that may rest on
    /// them.
    func drain() -> [AgentMessage] {
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

    /// Puts back what could not be sent.
    func restore(_ messages: some Collection<AgentMessage>) {
        state.withLock { state in
            for message in messages.reversed() {
                switch message {
                case .samples(let samples): state.samples.insert(contentsOf: samples, at: 0)
                case .frames(let frames): state.frames.insert(contentsOf: frames, at: 0)
                default: state.notices.insert(message, at: 0)
                }
            }
        }
    }

    private static func batches<Element>(_ elements: [Element]) -> [[Element]] {
        stride(from: 0, to: elements.count, by: 1000).map { Array(elements[$0..<min($0 + 1000, elements.count)]) }
    }
}
