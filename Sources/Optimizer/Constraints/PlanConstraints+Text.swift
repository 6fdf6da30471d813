public import Model

extension PlanConstraints {
    /// As a person writes them: `memory=4MiB,sent=20KiB,distortion=0.05,loss=1%,energy=200mJ,price=40/Mframes,deadline=100ms,depth=3,
    /// edge-layers=a;b,cloud-layers=c`. Of a key given twice the last counts.
    ///
    /// - Throws: `AssignmentError`.
    public init(parsing text: String) throws(AssignmentError) {
        self.init()
        for (key, value) in try assignments(in: text, of: Self.kind, as: Key.self) { try set(key, value) }
    }

    private static let kind = "constraint"

    private mutating func set(_ key: Key, _ text: String) throws(AssignmentError) {
        switch key {
        case .memory: memory = try Self.value(key, text, Quantity.bytes)
        case .sent: sent = try Self.value(key, text, Quantity.bytes)
        case .energy: energy = try Self.value(key, text, Quantity.energy)
        case .price: price = try Self.value(key, text, Quantity.pricePerFrame)
        case .distortion:
            guard let bound = Double(text), bound.isFinite, bound >= 0 else {
                throw Self.bad(key, text, "is not a squared error of zero or more")
            }
            distortion = bound
        case .loss: loss = try Self.value(key, text, Quantity.share)
        case .deadline: deadline = try Self.value(key, text, Quantity.duration)
        case .depth:
            guard let layers = Int(text), layers >= 0 else { throw Self.bad(key, text, "is not a number of layers") }
            depth = layers
        case .edgeLayers: edgeLayers = try Self.names(key, text)
        case .cloudLayers: cloudLayers = try Self.names(key, text)
        }
    }

    private static func value<Value>(
        _ key: Key, _ text: String, _ read: (String) throws(QuantityError) -> Value
    ) throws(AssignmentError) -> Value {
        try assigned(text, to: key.rawValue, of: kind, read)
    }

    private static func names(_ key: Key, _ text: String) throws(AssignmentError) -> [String] {
        let names = text.split(separator: ";").map(String.init)
        guard !names.isEmpty else { throw bad(key, text, "names no layer; separate several by ';'") }
        return names
    }

    private static func bad(_ key: Key, _ text: String, _ problem: String) -> AssignmentError {
        .badValue(kind: kind, key: key.rawValue, text: text, problem: problem)
    }
}
