package import DataPlane
package import Model

/// What waits to be told to someone who watches a device: at most so many readings. Of more the oldest are left out, batch by
/// batch, and their number is told before what follows them. A state that changes again before a reading comes is not told.
package struct WatchQueue {
    /// Readings that came together, and the state that they came in where that had changed.
    private struct Batch {
        var state: DeviceState?
        var samples: [Sample]
    }

    private let capacity: Int
    /// From `first` on: what lies before was left out.
    private var batches: [Batch] = []
    private var first = 0
    private var count = 0
    private var missed = 0
    /// The newest state, where no reading has come since it changed.
    private var state: DeviceState?

    /// - Parameter capacity: the number of readings that may wait.
    package init(capacity: Int) {
        precondition(capacity > 0, "a queue holds something")
        self.capacity = capacity
    }

    package mutating func add(_ state: DeviceState) { self.state = state }

    /// - Complexity: O(readings added), amortised.
    package mutating func add(_ samples: [Sample]) {
        guard !samples.isEmpty else { return }
        missed += max(0, samples.count - capacity)
        let kept = Array(samples.suffix(capacity))
        batches.append(Batch(state: state, samples: kept))
        state = nil
        count += kept.count
        while count > capacity { leaveOutFirst() }
        if first > batches.count / 2 {
            batches.removeFirst(first)
            first = 0
        }
    }

    /// The batch that was added last always stays.
    private mutating func leaveOutFirst() {
        let batch = batches[first]
        batches[first].samples = []
        first += 1
        batches[first].state = batches[first].state ?? batch.state
        missed += batch.samples.count
        count -= batch.samples.count
    }

    /// All that waits, in the order in which it is to be told. Nothing waits any more then.
    package mutating func take() -> [WatchMessage] {
        var messages: [WatchMessage] = missed > 0 ? [.missed(missed)] : []
        for batch in batches[first...] {
            if let state = batch.state { messages.append(.state(state)) }
            messages.append(.samples(batch.samples))
        }
        if let state { messages.append(.state(state)) }
        self = WatchQueue(capacity: capacity)
        return messages
    }
}
