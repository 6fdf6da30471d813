/// Whole numbers that the kernel gives by name.
struct KernelCounters {
    private var values: [Substring: Int64] = [:]

    /// Lines of a name, perhaps with a colon, and a number, perhaps with a unit: `usage_usec 123`, `MemAvailable:  4 kB`.
    init(lines text: String) {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 2, let value = Int64(fields[1]), value >= 0 else { continue }
            let name = fields[0]
            values[name.last == ":" ? name.dropLast() : name] = value
        }
    }

    /// The two lines of one protocol in /proc/net/snmp: the names, and below them the numbers.
    init(protocol name: String, of text: String) {
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("\(name): ") }.map { $0.split(separator: " ") }
        guard rows.count == 2 else { return }
        for (key, text) in zip(rows[0], rows[1]).dropFirst() {
            if let value = Int64(text), value >= 0 { values[key] = value }
        }
    }

    subscript(name: String) -> Int64? { values[name[...]] }
}
