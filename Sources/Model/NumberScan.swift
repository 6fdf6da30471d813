/// Any JSON document, of which only its numbers matter: decoding succeeds wherever the document is JSON.
struct NumberScan: Decodable {
    /// The place of the first number, by the order of keys, that no `Double` holds or that is not written as JSON has it;
    /// without one, of the first whose magnitude no `Int64` holds.
    private(set) var unfitting: [any CodingKey]?
    private var isNoDouble = false

    /// - Complexity: O(n log n) for n values.
    init(from decoder: any Decoder) throws {
        if var list = try? decoder.unkeyedContainer() {
            while !list.isAtEnd { take(try list.decodeIfPresent(NumberScan.self)) }
        } else if let object = try? decoder.container(keyedBy: AnyKey.self) {
            for key in object.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
                take(try object.decodeIfPresent(NumberScan.self, forKey: key))
            }
        } else {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() || (try? value.decode(Bool.self)) != nil || (try? value.decode(String.self)) != nil {
                return
            }
            let number = try? value.decode(Double.self)
            isNoDouble = number == nil
            if isNoDouble || number.map({ abs($0) >= 0x1p63 }) == true { unfitting = decoder.codingPath }
        }
    }

    private mutating func take(_ part: NumberScan?) {
        guard let part, part.unfitting != nil, unfitting == nil || (part.isNoDouble && !isNoDouble) else { return }
        self = part
    }
}

/// Whatever an object has for keys.
private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
