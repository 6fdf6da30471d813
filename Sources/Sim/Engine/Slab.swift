/// Elements in memory of their own, so that a look at one is a look at memory, with no question whether a copy holds it too.
///
/// A copy shares the memory of the original: whoever is to change one of the two calls `own()` first, once for all changes
/// until the next copy. The engine does so where it begins to run, and makes no copy of itself that is changed while it does.
package struct Slab<Element: Sendable>: Sendable {
    // Written only through slabs, each by its own task, and by none that shares it.
    private final class Memory: @unchecked Sendable {
        let elements: UnsafeMutablePointer<Element>
        let capacity: Int
        /// Of elements that are there.
        var count = 0

        init(capacity: Int) {
            elements = .allocate(capacity: capacity)
            self.capacity = capacity
        }

        deinit {
            elements.deinitialize(count: count)
            elements.deallocate()
        }
    }

    private var memory: Memory
    // That of the memory, which the slab keeps.
    nonisolated(unsafe) private var elements: UnsafeMutablePointer<Element>
    package private(set) var count = 0

    package init() {
        memory = Memory(capacity: 8)
        elements = memory.elements
    }

    package var indices: Range<Int> { 0..<count }

    /// Makes the memory this slab's alone.
    package mutating func own() {
        if !isKnownUniquelyReferenced(&memory) { move(toCapacity: memory.capacity, copying: true) }
    }

    /// - Precondition: the memory is this slab's alone; so for changes of elements.
    package mutating func append(_ element: consuming Element) {
        if count == memory.capacity { move(toCapacity: 2 * count, copying: false) }
        (elements + count).initialize(to: element)
        count += 1
        memory.count = count
    }

    /// - Parameter index: 0..<`count`.
    @inline(__always)
    package subscript(index: Int) -> Element {
        unsafeAddress { UnsafePointer(address(of: index)) }
        unsafeMutableAddress { address(of: index) }
    }

    /// Good until the slab next grows or becomes its own.
    @inline(__always)
    func address(of index: Int) -> UnsafeMutablePointer<Element> {
        assert(index >= 0 && index < count, "no element there")
        return elements + index
    }

    private mutating func move(toCapacity capacity: Int, copying: Bool) {
        let larger = Memory(capacity: capacity)
        if copying {
            larger.elements.initialize(from: elements, count: count)
        } else {
            larger.elements.moveInitialize(from: elements, count: count)
            memory.count = 0
        }
        larger.count = count
        (memory, elements) = (larger, larger.elements)
    }
}
