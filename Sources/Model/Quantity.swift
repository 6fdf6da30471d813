/// Reading quantities as a person writes them: a number and a unit, `3Mbps`, `20ms`, `4MiB`, `0.5%`. A bare number is refused.
public enum Quantity {
    /// Bits per second: `bps`, `kbps`, `Mbps`, `Gbps`.
    public static func bitRate(_ text: String) throws(QuantityError) -> BitRate {
        BitRate(bitsPerSecond: try value(text, units: rateUnits, kind: "a rate", example: "3Mbps"))
    }

    /// Time: `ns`, `us`, `ms`, `s`, `min`, `h`.
    public static func duration(_ text: String) throws(QuantityError) -> Nanoseconds {
        Nanoseconds(seconds: try value(text, units: timeUnits, kind: "a time", example: "20ms"))
    }

    /// Whole bytes: `B`, `kB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`.
    public static func bytes(_ text: String) throws(QuantityError) -> Int {
        let bytes = try value(text, units: byteUnits, kind: "a size", example: "4MiB").rounded()
        guard bytes < 0x1p62 else { throw QuantityError(text: text, kind: "a size", example: "4MiB") }
        return Int(bytes)
    }

    /// A share of one: `0.5%`.
    public static func share(_ text: String) throws(QuantityError) -> Double {
        try value(text, units: [("%", 0.01)], kind: "a share", example: "0.5%")
    }

    /// Times a second: `/s`, `/min`, `/h`.
    public static func frequency(_ text: String) throws(QuantityError) -> Double {
        let units = [("/s", 1), ("/min", 1.0 / 60), ("/h", 1.0 / 3600)]
        return try value(text, units: units, kind: "a frequency", example: "10/s")
    }

    /// Degrees Celsius, also as a difference: `C`.
    public static func temperature(_ text: String) throws(QuantityError) -> Double {
        try value(text, units: [("C", 1)], kind: "a temperature", example: "75C")
    }

    /// Watts: `W`, `mW`.
    public static func power(_ text: String) throws(QuantityError) -> Double {
        try value(text, units: [("W", 1), ("mW", 1e-3)], kind: "a power", example: "5W")
    }

    /// Joules: `J`, `mJ`, `uJ`.
    public static func energy(_ text: String) throws(QuantityError) -> Double {
        try value(text, units: [("J", 1), ("mJ", 1e-3), ("uJ", 1e-6)], kind: "an energy", example: "200mJ")
    }

    /// Joules for a byte: `uJ/B`, `nJ/B`, `J/MB`.
    public static func energyPerByte(_ text: String) throws(QuantityError) -> Double {
        let units = [("uJ/B", 1e-6), ("nJ/B", 1e-9), ("J/MB", 1e-6)]
        return try value(text, units: units, kind: "an energy for a byte", example: "3.5uJ/B")
    }

    /// Money for a byte: `/kB`, `/MB`, `/GB`, `/GiB`.
    public static func pricePerByte(_ text: String) throws(QuantityError) -> Double {
        let units = [("/kB", 1e-3), ("/MB", 1e-6), ("/GB", 1e-9), ("/GiB", 1 / 0x1p30)]
        return try value(text, units: units, kind: "a price for a byte", example: "5/GB")
    }

    /// Money for a frame: `/frame`, `/kframes`, `/Mframes`.
    public static func pricePerFrame(_ text: String) throws(QuantityError) -> Double {
        let units = [("/frame", 1), ("/kframes", 1e-3), ("/Mframes", 1e-6)]
        return try value(text, units: units, kind: "a price for a frame", example: "40/Mframes")
    }

    private static let rateUnits = [("bps", 1), ("kbps", 1e3), ("Mbps", 1e6), ("Gbps", 1e9)]
    private static let timeUnits = [("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1), ("min", 60), ("h", 3600)]
    private static let byteUnits = [
        ("B", 1), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("KiB", 0x1p10), ("MiB", 0x1p20), ("GiB", 0x1p30),
    ]

    private static func value(
        _ text: String, units: [(name: String, factor: Double)], kind: String, example: String
    ) throws(QuantityError) -> Double {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text[digits.endIndex...].drop { $0 == " " }
        guard let number = Double(digits), let factor = units.first(where: { $0.name == unit })?.factor,
            (number * factor).isFinite
        else { throw QuantityError(text: text, kind: kind, example: example) }
        return number * factor
    }
}

/// Text that is not a quantity with a unit.
public struct QuantityError: InputError, Hashable {
    public var text: String
    public var kind: String
    public var example: String

    public var description: String { "'\(text)' is not \(kind): write a number and its unit, as in \(example)" }
}
