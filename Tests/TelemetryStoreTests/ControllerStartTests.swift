import Foundation
import GRDB
import Model
import TelemetryStore
import Testing

@Suite struct ControllerStartTests {
    private func start(_ device: String, _ sequence: Int, boot: Int = 1, plans: String = "[]") -> ControllerStart {
        ControllerStart(
            device: device, boot: boot, sequence: sequence, time: Instant(nanoseconds: Int64(sequence) * 1000),
            planSet: plans, settings: #"{"mode":"auto"}"#,
            herdPart: 0.25)
    }

    @Test func startsComeBackInOrderAndEachDocumentIsKeptOnce() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            let store = try manualStore(path)
            let plans = [String(repeating: "x", count: 5000), "[]"]
            for (device, sequence) in [("a", 40), ("b", 1), ("a", 1), ("a", 1)] {
                try await store.write(start(device, sequence, plans: plans[sequence % 2]), deviceTime: .zero)
            }
            #expect(
                try await store.controllers(device: "a", boot: 1) == [
                    start("a", 1, plans: plans[1]), start("a", 40, plans: plans[0]),
                ])
            #expect(try await store.controllers(device: "a", boot: 2) == [])
            try await store.close()
            let database = try DatabaseQueue(path: path)
            #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM documents") } == 3)
            try database.close()
        }
    }

    /// The device's clock, not the controller's, says when its time zero was.
    @Test func aStartPlacesTheBootOnTheWallClock() async throws {
        try await withTemporaryFolder { folder in
            let store = try manualStore(folder + "/run.sqlite", wall: 1_700_000_000_000_000_000)
            try await store.write(start("a", 9), deviceTime: Instant(nanoseconds: 5_000_000_000))
            store.append(samples: [sample(.rtt, 9000, 0.02)], device: "a", boot: 1)
            try await store.flush()
            #expect(try await store.boots().map(\.origin) == [1_699_999_995_000_000_000])
            try await store.close()
        }
    }

    @Test func eventsAreReadInPagesAndNumberedOn() async throws {
        try await withTemporaryFolder { folder in
            let store = try manualStore(folder + "/run.sqlite")
            #expect(try await store.lastEventSequence(device: "a", boot: 1) == 0)
            let events = (1...100).map { EventRecord(sequence: $0, time: .zero + .seconds(Int64($0)), body: "{}") }
            store.append(events: events, device: "a", boot: 1)
            try await store.flush()
            #expect(try await store.lastEventSequence(device: "a", boot: 1) == 100)
            #expect(try await store.lastEventSequence(device: "a", boot: 2) == 0)
            var read: [EventRecord] = []
            while case let page = try await store.events(device: "a", boot: 1, in: read.count + 1..<91, limit: 40),
                !page.isEmpty
            {
                #expect(page.count <= 40)
                read += page
            }
            #expect(read == Array(events[..<90]))
            try await store.close()
            await #expect(throws: StoreUnavailable.self) { try await store.write(start("a", 1), deviceTime: .zero) }
        }
    }
}
