import Synchronization

/// The replies of one stream: finished once no request comes any more and every reply promised was given.
final class OpenReplies: Sendable {
    private struct State {
        var expected = 0
        var isClosed = false

        var isDone: Bool { isClosed && expected == 0 }
    }

    private let outbox: AsyncStream<Inference_ModelStreamInferResponse>.Continuation
    private let state = Mutex(State())

    init(_ outbox: AsyncStream<Inference_ModelStreamInferResponse>.Continuation) { self.outbox = outbox }

    func send(_ reply: Inference_ModelStreamInferResponse) { outbox.yield(reply) }

    /// A reply will be given by `fulfil`.
    func expect() { state.withLock { $0.expected += 1 } }

    func fulfil(_ reply: Inference_ModelStreamInferResponse) {
        outbox.yield(reply)
        settle { $0.expected -= 1 }
    }

    /// No more requests come.
    func close() { settle { $0.isClosed = true } }

    private func settle(_ change: (inout State) -> Void) {
        let isDone = state.withLock { state in
            change(&state)
            return state.isDone
        }
        if isDone { outbox.finish() }
    }
}
