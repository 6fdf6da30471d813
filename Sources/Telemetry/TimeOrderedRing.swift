internal import Model

protocol Timed: Sendable {
    var time: Instant { get }
}

/// Elements ascending in time, each time once, in a ring that grows by doubling up to its capacity and allocates no
/// more.
struct TimeOrderedRing<Element: Timed>: Sendable {
    let capacity: Int
    private(set) var count = 0
    private var head = 0
    private var storage = ContiguousArray<Element>()

    /// - Parameter capacity: at least 1.
    init(capacity: Int) {
        precondition(capacity >= 1, "a ring holds at least one element")
        self.capacity = capacity
    }

    var isFull: Bool { count == capacity }

    /// By age: 0 is the oldest.
    subscript(index: Int) -> Element {
        get { storage[slot(index)] }
        set { storage[slot(index)] = newValue }
    }

    /// The elements where they lie, for loops in which checks and copies would count.
    struct View {
        fileprivate let storage: UnsafeBufferPointer<Element>
        fileprivate let head: Int
        let count: Int

        /// By age: 0 is the oldest.
        /// - Parameter index: 0..<`count`.
        @inline(__always)
        subscript(index: Int) -> Element {
            assert(index >= 0 && index < count, "no element there")
            let slot = head + index
            return storage[slot < storage.count ? slot : slot - storage.count]
        }
    }

    /// The view is good within `body` only.
    @inline(__always)
    func withView<Result>(_ body: (View) -> Result) -> Result {
        storage.withUnsafeBufferPointer { body(View(storage: $0, head: head, count: count)) }
    }

    /// Where an element of this time belongs; `nil` where one of the same time is held already.
    /// - Complexity: O(d), where d elements are later.
    func place(for time: Instant) -> Int? {
        let index = count(upTo: time)
        return index > 0 && self[index - 1].time == time ? nil : index
    }

    /// How many elements are not later than `time`.
    /// - Complexity: O(d), where d elements are later.
    func count(upTo time: Instant) -> Int {
        var index = count
        while index > 0, self[index - 1].time > time { index -= 1 }
        return index
    }

    /// - Parameter index: a place that `place(for:)` gave. The ring must not be full.
    /// - Complexity: amortised O(d), where d elements are later.
    mutating func insert(_ element: Element, at index: Int) {
        precondition(!isFull, "the ring is full")
        if count == storage.count { grow(filler: element) }
        count += 1
        var place = count - 1
        while place > index {
            self[place] = self[place - 1]
            place -= 1
        }
        self[index] = element
    }

    @discardableResult
    mutating func removeFirst() -> Element {
        precondition(count > 0, "the ring is empty")
        let first = storage[head]
        head = slot(1)
        count -= 1
        return first
    }

    private func slot(_ index: Int) -> Int {
        let slot = head + index
        return slot < storage.count ? slot : slot - storage.count
    }

    private mutating func grow(filler: Element) {
        var larger = ContiguousArray(repeating: filler, count: min(capacity, max(8, 2 * storage.count)))
        for index in 0..<count { larger[index] = self[index] }
        storage = larger
        head = 0
    }
}
