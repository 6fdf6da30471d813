/// One of a fixed set of names, as documents write it: another name is refused with those that there are.
public protocol ChoiceOfNames: CaseIterable, Codable, RawRepresentable where RawValue == String {}

extension ChoiceOfNames {
    public init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        guard let choice = Self(rawValue: name) else {
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "it is not one of \(known)"))
        }
        self = choice
    }
}
