import Foundation
import Synchronization

/// One thread that runs jobs one after another, so that inference never blocks the threads that serve tasks, and the
/// device computes one frame at a time.
final class ComputeThread: Sendable {
    typealias Job = @Sendable () -> Void

    private struct State {
        var urgent: [Job] = []
        var ordinary: [Job] = []
        var isStopped = false

        var isEmpty: Bool { urgent.isEmpty && ordinary.isEmpty }
        mutating func next() -> Job? {
            if !urgent.isEmpty { return urgent.removeFirst() }
            return ordinary.isEmpty ? nil : ordinary.removeFirst()
        }
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    init(name: String) {
        let thread = Thread { [self] in loop() }
        thread.name = name
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Jobs run in the order of submission, urgent ones before all others.
    /// - Returns: whether the job will run: not after `stop`.
    @discardableResult
    func submit(urgent: Bool = false, _ job: @escaping Job) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopped else { return false }
            if urgent { state.urgent.append(job) } else { state.ordinary.append(job) }
            return true
        }
        if isTaken { wake.signal() }
        return isTaken
    }

    /// Runs `work` on the thread and returns what it gives.
    /// - Throws: `CancellationError` after `stop`, and what `work` throws.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = submit { continuation.resume(with: Result { try work() }) }
            if !isTaken { continuation.resume(throwing: CancellationError()) }
        }
    }

    /// The thread ends after the jobs submitted so far.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
    }

    private func loop() {
        while true {
            wake.wait()
            let (job, isDone) = state.withLock { state in
                let job = state.next()
                return (job, job == nil && state.isStopped)
            }
            job?()
            if isDone { return }
        }
    }
}
