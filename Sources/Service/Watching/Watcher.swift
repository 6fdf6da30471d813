import DataPlane
import Model
import Synchronization

/// Someone who watches a device. Whoever tells it something never waits, however slowly it is passed on.
final class Watcher: Sendable {
    /// As many readings as an agent gathers at most while its controller is away; some 4 MB.
    private static let capacity = 1 << 16

    private let metrics: Set<Metric>
    private let queue = Mutex(WatchQueue(capacity: capacity))
    /// Rings once for all that came since it was heard.
    private let bell: AsyncStream<Void>
    private let ringer: AsyncStream<Void>.Continuation

    /// - Parameter metrics: empty: all.
    init(metrics: [Metric]) {
        self.metrics = Set(metrics)
        (bell, ringer) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func hear(_ state: DeviceState) {
        queue.withLock { $0.add(state) }
        ringer.yield()
    }

    func hear(_ samples: [Sample]) {
        let wanted = metrics.isEmpty ? samples : samples.filter { metrics.contains($0.metric) }
        guard !wanted.isEmpty else { return }
        queue.withLock { $0.add(wanted) }
        ringer.yield()
    }

    func end() { ringer.finish() }

    /// Passes on what is heard until `end()` or the task is cancelled.
    func run(_ pass: (WatchMessage) async throws -> Void) async rethrows {
        for await _ in bell {
            for message in queue.withLock({ $0.take() }) { try await pass(message) }
        }
    }
}
