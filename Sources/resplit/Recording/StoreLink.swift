import ArgumentParser
import Model
import Sim
import TelemetryStore

/// One device's link as a store has it.
struct StoreLink {
    let path: String
    let device: String?

    /// Of the newest boot that was measured.
    func reading(window: Nanoseconds?) async throws -> TraceReading {
        let store = try TelemetryStore.openToRead(path: path)
        let boots = try await store.boots()
        let name = try name(of: boots.map(\.device))
        var found: [Sample] = []
        for boot in boots.reversed() where boot.device == name && found.isEmpty {
            let samples = try LinkReadings.metrics.flatMap {
                try store.samples(of: $0, device: name, boot: boot.boot, in: Self.always)
            }
            if samples.contains(where: { $0.metric == .uplink }) { found = samples }
        }
        try await store.close()
        return try LinkReadings.trace(found, window: window, device: name, source: path)
    }

    private static let always = Instant(nanoseconds: -1 << 60)...Instant(nanoseconds: 1 << 60)

    private func name(of known: [String]) throws -> String {
        let names = Set(known).sorted()
        if let device {
            guard names.contains(device) else {
                throw UnknownDevice(store: path, device: device, nearest: nearestName(to: device, among: names))
            }
            return device
        }
        guard let only = names.first, names.count == 1 else {
            throw ValidationError(
                names.isEmpty ? "\(path): holds no device." : "--device: name one of \(names.joined(separator: ", ")).")
        }
        return only
    }
}
