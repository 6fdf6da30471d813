public import Model

/// Pending events of a simulation, ordered by (time, priority, sequence): earlier first; at one time the lower priority number
/// first; at one priority in order of insertion, or by what the caller says instead. So equal runs pop equal events, whatever the
/// shape of the heap.
///
/// A binary min-heap in contiguous storage (Williams, "Algorithm 232: Heapsort", Communications of the ACM 7(6), 1964). An
/// entry with a payload of 8 bytes takes 24. A queue is a value: a copy is a checkpoint.
public struct EventQueue<Payload: Sendable>: Sendable {
    public struct Entry: Sendable {
        public let time: Instant
        /// Priority in the upper 8 bits, sequence below, so that one comparison orders both.
        @usableFromInline let rank: UInt64
        public let payload: Payload

        @inlinable
        init(time: Instant, rank: UInt64, payload: Payload) {
            self.time = time
            self.rank = rank
            self.payload = payload
        }

        /// Lower goes first among entries of one time.
        public var priority: UInt8 { UInt8(truncatingIfNeeded: rank >> 56) }

        @inlinable
        func precedes(_ other: Entry) -> Bool {
            time == other.time ? rank < other.rank : time < other.time
        }
    }

    @usableFromInline var heap: ContiguousArray<Entry> = []
    @usableFromInline var inserted: UInt64 = 0

    @inlinable public init() {}

    @inlinable public var count: Int { heap.count }
    @inlinable public var isEmpty: Bool { heap.isEmpty }
    /// The entry that `pop` would take.
    @inlinable public var first: Entry? { heap.first }

    /// - Complexity: O(log n).
    @inlinable
    public mutating func insert(_ payload: Payload, at time: Instant, priority: UInt8 = 128) {
        // 2^56 insertions, at a hundred million a second, take 22 years.
        insert(payload, at: time, priority: priority, sequence: inserted)
        inserted += 1
    }

    /// - Parameter sequence: in place of the order of insertion, less than 2^56. Entries of one priority either all have it or none.
    /// - Complexity: O(log n).
    @inlinable
    public mutating func insert(_ payload: Payload, at time: Instant, priority: UInt8, sequence: UInt64) {
        let entry = Entry(time: time, rank: UInt64(priority) << 56 | sequence, payload: payload)
        heap.append(entry)
        heap.withUnsafeMutableBufferPointer { heap in
            var hole = heap.count - 1
            while hole > 0 {
                let parent = (hole - 1) / 2
                guard entry.precedes(heap[parent]) else { break }
                heap[hole] = heap[parent]
                hole = parent
            }
            heap[hole] = entry
        }
    }

    /// Removes and returns the first entry in the order.
    ///
    /// - Complexity: O(log n).
    @inlinable
    public mutating func pop() -> Entry? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        heap.withUnsafeMutableBufferPointer { heap in
            var hole = 0
            var child = 1
            while child < heap.count {
                if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
                guard heap[child].precedes(last) else { break }
                heap[hole] = heap[child]
                hole = child
                child = 2 * hole + 1
            }
            heap[hole] = last
        }
        return first
    }

    /// Whether no entry precedes its parent in the heap.
    package func checkInvariants() -> Bool {
        heap.indices.dropFirst().allSatisfy { !heap[$0].precedes(heap[($0 - 1) / 2]) }
    }
}
