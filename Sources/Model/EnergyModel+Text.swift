extension EnergyModel {
    private enum Key: String, CaseIterable { case compute, idle, radio, sent, received }

    /// As a person writes it: `compute=5W,idle=1W,radio=lte`, or with figures of one's own
    /// `compute=5W,idle=1W,radio=1.3W,sent=3.5uJ/B,received=0.4uJ/B`. What is not named is zero.
    ///
    /// The radios `3g`, `lte` and `wifi` are those measured by Huang et al., "A close examination of performance and power
    /// characteristics of 4G LTE networks" (MobiSys 2012), table 4.
    ///
    /// - Throws: `AssignmentError`.
    public init(parsing text: String) throws(AssignmentError) {
        self.init()
        for (key, value) in try assignments(in: text, of: "energy", as: Key.self) { try set(key, value) }
    }

    private mutating func set(_ key: Key, _ text: String) throws(AssignmentError) {
        switch key {
        case .compute: compute = try Self.value(key, text, Quantity.power)
        case .idle: idle = try Self.value(key, text, Quantity.power)
        case .radio:
            if let known = Self.radios[text] {
                // mW and mW per Mbit/s, which are nanojoules a bit.
                radio = known.base / 1e3
                sentByte = known.up * 8e-9
                receivedByte = known.down * 8e-9
            } else {
                radio = try Self.value(key, text, Quantity.power)
            }
        case .sent: sentByte = try Self.value(key, text, Quantity.energyPerByte)
        case .received: receivedByte = try Self.value(key, text, Quantity.energyPerByte)
        }
    }

    private static func value(
        _ key: Key, _ text: String, _ read: (String) throws(QuantityError) -> Double
    ) throws(AssignmentError) -> Double {
        try assigned(text, to: key.rawValue, of: "energy", read)
    }

    private static let radios: [String: (up: Double, down: Double, base: Double)] = [
        "3g": (868.98, 122.12, 817.88), "lte": (438.39, 51.97, 1288.04), "wifi": (283.17, 137.01, 132.86),
    ]
}

extension Tariff {
    private enum Key: String, CaseIterable { case sent, returned }

    /// As a person writes it, in whatever currency: `sent=5/GB,returned=0.09/GB`. What is not named is free.
    ///
    /// - Throws: `AssignmentError`.
    public init(parsing text: String) throws(AssignmentError) {
        self.init()
        for (key, text) in try assignments(in: text, of: "tariff", as: Key.self) {
            let price = try assigned(text, to: key.rawValue, of: "tariff", Quantity.pricePerByte)
            switch key {
            case .sent: sentByte = price
            case .returned: returnedByte = price
            }
        }
    }
}
