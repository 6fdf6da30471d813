import Model

extension PlanConstraints {
    /// As a person writes them: `memory=4MiB,sent=20KiB,distortion=0.05,deadline=100ms,depth=3,edge-layers=a;b,cloud-layers=c`.
    /// Of a key given twice the last counts.
    ///
    /// - Throws: `ConstraintError.unknown`, `.badValue`.
    public init(parsing text: String) throws(ConstraintError) {
        self.init()
        for part in text.split(separator: ",") {
            let (name, value) = Self.halves(of: part)
            guard let key = Key(rawValue: name) else {
                throw .unknown(name, nearest: nearestName(to: name, among: Key.allCases.map(\.rawValue)))
            }
            try set(key, value)
        }
    }

    private mutating func set(_ key: Key, _ text: String) throws(ConstraintError) {
        switch key {
        case .memory: memory = try Self.value(key, text, Quantity.bytes)
        case .sent: sent = try Self.value(key, text, Quantity.bytes)
        case .distortion:
            guard let bound = Double(text), bound.isFinite, bound >= 0 else {
                throw .badValue(key: key.rawValue, text: text, problem: "is not a squared error of zero or more")
            }
            distortion = bound
        case .deadline: deadline = try Self.value(key, text, Quantity.duration)
        case .depth:
            guard let layers = Int(text), layers >= 0 else {
                throw .badValue(key: key.rawValue, text: text, problem: "is not a number of layers")
            }
            depth = layers
        case .edgeLayers: edgeLayers = try Self.names(key, text)
        case .cloudLayers: cloudLayers = try Self.names(key, text)
        }
    }

    private static func halves(of part: Substring) -> (name: String, value: String) {
        guard let equals = part.firstIndex(of: "=") else { return (String(part), "") }
        return (String(part[..<equals]), String(part[part.index(after: equals)...]))
    }

    private static func value<Value>(
        _ key: Key, _ text: String, _ read: (String) throws(QuantityError) -> Value
    ) throws(ConstraintError) -> Value {
        do {
            return try read(text)
        } catch {
            throw .badValue(key: key.rawValue, text: text, problem: error.description)
        }
    }

    private static func names(_ key: Key, _ text: String) throws(ConstraintError) -> [String] {
        let names = text.split(separator: ";").map(String.init)
        guard !names.isEmpty else {
            throw .badValue(key: key.rawValue, text: text, problem: "names no layer; separate several by ';'")
        }
        return names
    }
}
