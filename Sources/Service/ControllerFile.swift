public import Controller
public import FoundationEssentials
public import Model
import YAMLReading

/// The controller's settings file: YAML. Every key may be left out; an unknown one is refused.
public struct ControllerFile: Decodable, Sendable {
    /// `HOST:PORT`.
    public var listen: String?
    /// Path of the plan set.
    public var plans: String?
    /// Path of the SQLite file.
    public var store: String?
    public var recordEvents = false
    /// How long the store keeps samples, frames, decisions and events; roll-ups stay longer.
    public var retention: Nanoseconds?
    /// What the store's file may grow to.
    public var retentionBytes: Int?
    public var settings = ControllerSettings.standard

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case listen, plans, store, recordEvents = "record_events", retention = "retention_ms"
        case retentionBytes = "retention_bytes", settings
    }

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        listen = try container.decodeIfPresent(String.self, forKey: .listen)
        plans = try container.decodeIfPresent(String.self, forKey: .plans)
        store = try container.decodeIfPresent(String.self, forKey: .store)
        recordEvents = try container.decodeIfPresent(Bool.self, forKey: .recordEvents) ?? false
        retention = try container.decodeIfPresent(Nanoseconds.self, forKey: .retention)
        retentionBytes = try container.decodeIfPresent(Int.self, forKey: .retentionBytes)
        for (key, value) in [
            (CodingKeys.retention, retention?.count), (.retentionBytes, retentionBytes.map(Int64.init)),
        ]
        where value.map({ $0 <= 0 }) ?? false {
            throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "it must be above 0")
        }
        settings = try container.decodeIfPresent(ControllerSettings.self, forKey: .settings) ?? .standard
    }

    /// - Throws: `DocumentError`.
    public static func decode(from data: Data, source: String) throws(DocumentError) -> ControllerFile {
        guard let root = try YAMLValue.document(String(decoding: data, as: UTF8.self), source: source) else {
            return ControllerFile()
        }
        let fields = try root.fields(CodingKeys.self)
        try fields[.settings]?.refuseUnknownKeys(besides: ControllerSettings.keys)
        return try root.decode(ControllerFile.self)
    }
}
