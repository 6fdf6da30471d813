public import Controller
public import FoundationEssentials
public import Model
import Yams

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
        let text = String(decoding: data, as: UTF8.self)
        do {
            guard let root = try Yams.compose(yaml: text) else { return ControllerFile() }
            try refuseUnknownKeys(in: root, source: source)
            return try YAMLDecoder().decode(ControllerFile.self, from: root)
        } catch let error as DocumentError {
            throw error
        } catch let error as DecodingError {
            throw DocumentError(error, source: source)
        } catch {
            let line = "\(error)".split(separator: "\n").first.map(String.init) ?? ""
            throw DocumentError(source: source, place: "", problem: "is not YAML: \(line)")
        }
    }

    private static func refuseUnknownKeys(in root: Node, source: String) throws {
        guard let mapping = root.mapping else {
            throw DocumentError(source: source, place: "", problem: "is not a list of settings, 'key: value'")
        }
        try refuse(mapping, but: CodingKeys.allCases.map(\.rawValue), place: "", source: source)
        if let settings = mapping["settings"]?.mapping {
            try refuse(settings, but: ControllerSettings.keys, place: "settings.", source: source)
        }
    }

    private static func refuse(
        _ mapping: Node.Mapping, but known: [String], place: String, source: String
    ) throws(DocumentError) {
        for key in mapping.keys.map({ $0.string ?? "" }) where !known.contains(key) {
            let hint = nearestName(to: key, among: known).map { "did you mean '\($0)'?" }
            throw DocumentError(
                source: source, place: place + key, problem: "is no setting; \(hint ?? "known are \(known)")")
        }
    }
}
