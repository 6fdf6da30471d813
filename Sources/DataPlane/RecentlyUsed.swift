/// A bounded table that lets the entry go that was not used for longest. Meant for tens of entries.
package struct RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value
        var used: UInt64
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0

    package init(capacity: Int) {
        precondition(capacity > 0, "a table holds at least one entry")
        self.capacity = capacity
    }

    package var count: Int { entries.count }
    package var keys: [Key] { Array(entries.keys) }

    package func contains(_ key: Key) -> Bool { entries[key] != nil }

    /// The value, which counts as used now.
    package mutating func value(of key: Key) -> Value? {
        guard entries[key] != nil else { return nil }
        clock += 1
        entries[key]?.used = clock
        return entries[key]?.value
    }

    /// - Returns: the key let go to make room.
    /// - Complexity: O(n) when full.
    package mutating func insert(_ value: Value, for key: Key) -> Key? {
        clock += 1
        var evicted: Key?
        if entries[key] == nil, entries.count == capacity {
            // Every entry was used at a tick of its own, so the order of the dictionary does not matter.
            evicted = entries.min { $0.value.used < $1.value.used }?.key
            if let evicted { entries[evicted] = nil }
        }
        entries[key] = Entry(value: value, used: clock)
        return evicted
    }

    @discardableResult
    package mutating func remove(_ key: Key) -> Value? { entries.removeValue(forKey: key)?.value }
}
