import Foundation
import UnixSignals

/// Long work that ends in order when it is told to.
enum Supervised {
    /// Runs until `body` ends, or SIGTERM, or the end of standard input where that was asked for (all of which is a success), or
    /// SIGINT. `body` is then cancelled and waited for.
    ///
    /// - Throws: what `body` throws; `Ending.interrupted` after SIGINT.
    static func run(
        untilStdinCloses: Bool = false, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let wasInterrupted = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                do { try await body() } catch is CancellationError {}
                return false
            }
            group.addTask {
                for await signal in signals { return signal == .sigint }
                return false
            }
            if untilStdinCloses {
                group.addTask {
                    await StandardInput.end()
                    return false
                }
            }
            let first = try await group.next() ?? false
            group.cancelAll()
            // An error of the body counts also after a signal.
            while try await group.next() != nil {}
            return first
        }
        if wasInterrupted { throw Ending.interrupted }
    }
}

/// The parent's end of our standard input.
private enum StandardInput {
    /// Returns when standard input is closed, or the task is cancelled.
    static func end() async {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        Thread.detachNewThread {
            while !FileHandle.standardInput.availableData.isEmpty {}
            continuation.finish()
        }
        for await _ in stream {}
    }
}
