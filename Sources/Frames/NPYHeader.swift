/// The header of an NPY file, a Python dictionary: `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }`.
struct NPYHeader {
    /// The element type, as NumPy describes it.
    private(set) var description = ""
    private(set) var isColumnMajor = false
    private(set) var extents: [Int] = []

    private var rest: ArraySlice<UInt8>

    /// - Returns: `nil` unless the text is such a dictionary, with each of its keys once and no others.
    init?(_ text: ArraySlice<UInt8>) {
        rest = text
        guard take("{") else { return nil }
        var seen = Set<String>()
        while !take("}") {
            guard let key = takeString(), seen.insert(key).inserted, take(":"), takeValue(of: key) else { return nil }
            guard take(",") || peek() == UInt8(ascii: "}") else { return nil }
        }
        guard seen.count == 3, peek() == nil else { return nil }
    }

    private mutating func takeValue(of key: String) -> Bool {
        switch key {
        case "descr":
            guard let string = takeString() else { return false }
            description = string
        case "fortran_order":
            isColumnMajor = take("True")
            return isColumnMajor || take("False")
        case "shape":
            guard let tuple = takeTuple() else { return false }
            extents = tuple
        default:
            return false
        }
        return true
    }

    /// The next byte that is not a space; `nil` at the end.
    private mutating func peek() -> UInt8? {
        rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        return rest.first
    }

    private mutating func take(_ token: StaticString) -> Bool {
        guard peek() != nil else { return false }
        let isNext = token.withUTF8Buffer { rest.starts(with: $0) }
        if isNext { rest = rest.dropFirst(token.utf8CodeUnitCount) }
        return isNext
    }

    private mutating func takeString() -> String? {
        guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        let body = rest.dropFirst()
        guard let end = body.firstIndex(of: quote) else { return nil }
        rest = body[(end + 1)...]
        return String(validating: body[..<end], as: UTF8.self)
    }

    private mutating func takeTuple() -> [Int]? {
        guard take("(") else { return nil }
        var extents: [Int] = []
        while !take(")") {
            _ = peek()
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let extent = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
            extents.append(extent)
            rest = rest[digits.endIndex...]
            guard take(",") || peek() == UInt8(ascii: ")") else { return nil }
        }
        return extents
    }
}
