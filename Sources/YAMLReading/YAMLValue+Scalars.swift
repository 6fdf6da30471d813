public import Model
import Yams

extension YAMLValue {
    /// Text that is not empty.
    public func text() throws(DocumentError) -> String {
        guard let scalar, !isLeftOut, !scalar.isEmpty else { throw error("is not text") }
        return scalar
    }

    public func flag() throws(DocumentError) -> Bool {
        switch scalar {
        case "true": return true
        case "false": return false
        default: throw error("is not true or false")
        }
    }

    public func integer(in range: ClosedRange<Int>) throws(DocumentError) -> Int {
        guard let value = scalar.flatMap({ Int($0) }) else { throw error("is\(said), not a whole number") }
        guard range.contains(value) else { throw outside("\(range.lowerBound)", "\(range.upperBound)") }
        return value
    }

    /// A number without a unit: a factor, a share or a count.
    public func number(in range: ClosedRange<Double>) throws(DocumentError) -> Double {
        guard let value = scalar.flatMap({ Double($0) }), value.isFinite else { throw error("is\(said), not a number") }
        guard range.contains(value) else { throw outside("\(range.lowerBound)", "\(range.upperBound)") }
        return value
    }

    public func duration(in range: ClosedRange<Nanoseconds>) throws(DocumentError) -> Nanoseconds {
        let value = try quantity(Quantity.duration)
        guard range.contains(value) else {
            throw outside(Quantity.text(of: range.lowerBound), Quantity.text(of: range.upperBound))
        }
        return value
    }

    public func bitRate(upTo most: BitRate) throws(DocumentError) -> BitRate {
        let value = try quantity(Quantity.bitRate)
        guard value <= most else { throw outside("0Mbps", Quantity.text(of: most)) }
        return value
    }

    public func bytes(in range: ClosedRange<Int>) throws(DocumentError) -> Int {
        let value = try quantity(Quantity.bytes)
        guard range.contains(value) else { throw outside("\(range.lowerBound)B", "\(range.upperBound)B") }
        return value
    }

    /// A share of one, in percent.
    public func share() throws(DocumentError) -> Double {
        let value = try quantity(Quantity.share)
        guard value <= 1 else { throw outside("0%", "100%") }
        return value
    }

    /// What `Quantity` reads: a number with its unit.
    public func quantity<Value>(_ read: (String) throws(QuantityError) -> Value) throws(DocumentError) -> Value {
        do throws(QuantityError) {
            return try read(scalar ?? "")
        } catch {
            throw self.error("is\(said); write \(error.kind) with its unit, as in \(error.example)")
        }
    }

    /// One of a fixed set of names.
    public func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _: Choice.Type
    ) throws(DocumentError) -> Choice {
        guard let choice = scalar.flatMap(Choice.init(rawValue:)) else {
            throw unknownName(among: Choice.allCases.map(\.rawValue))
        }
        return choice
    }

    /// Of a value that should be one of some names.
    public func unknownName(among known: [String]) -> DocumentError {
        let hint = nearestName(to: scalar ?? "", among: known).map { "did you mean '\($0)'?" }
        return error("is\(said); \(hint ?? "known are \(known.joined(separator: ", "))")")
    }

    private func outside(_ low: String, _ high: String) -> DocumentError {
        error("is\(said); it must lie between \(low) and \(high)")
    }

    /// The value in an error: ` 'text'`.
    private var said: String {
        if let scalar { return isLeftOut ? " empty" : " \(quoted(scalar))" }
        return isList ? " a list" : " a mapping"
    }
}
