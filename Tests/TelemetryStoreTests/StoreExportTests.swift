import Foundation
import Model
import TelemetryStore
import Testing

@Suite struct StoreExportTests {
    private struct ExportedSample: Decodable {
        var device: String
        var boot: Int
        var metric: Metric
        var time: Int64
        var wall: Int64
        var value: Double
        var weight: Double

        enum CodingKeys: String, CodingKey {
            case device, boot, metric, time = "time_ns", wall = "wall_ns", value, weight
        }
    }

    @Test func samplesComeBackFromJSONLinesToTheBit() async throws {
        try await withTemporaryFolder { folder in
            let store = try manualStore(folder + "/run.sqlite")
            var random = SeededGenerator(seed: 1)
            let samples = (0..<5000).map { index in
                sample(
                    Metric.allCases[index % 8], Int64(index * 77), random.nextUnit() * 10 + 1e-9,
                    weight: 1 - random.nextUnit())
            }
            let name = "cam \"1\",\nleft ü"
            store.append(samples: samples, device: name, boot: 4)
            store.append(samples: [sample(.rtt, 1, 1)], device: "other", boot: 1)
            try await store.flush()
            var text = ""
            #expect(try store.export(.samples, as: .jsonLines, device: name) { text += $0 } == 5000)
            let rows = try text.split(separator: "\n").map {
                try JSONDecoder().decode(ExportedSample.self, from: Data($0.utf8))
            }
            #expect(rows.allSatisfy { $0.device == name && $0.boot == 4 })
            let read = rows.map { row in
                Sample(
                    metric: row.metric, time: Instant(nanoseconds: row.time), value: row.value, weight: row.weight)
            }
            #expect(Set(read) == Set(samples) && read.count == samples.count)
            #expect(Set(rows.map { $0.wall - $0.time }).count == 1)

            var csv = ""
            #expect(try store.export(.samples, as: .csv) { csv += $0 } == 5001)
            #expect(csv.hasPrefix("device,boot,metric,time_ns,wall_ns,value,weight,origin\n"))
            #expect(csv.split(separator: "\n").count { $0.hasPrefix("\"cam \"\"1\"\",\\nleft ü\",4,") } == 5000)
            #expect(csv.count { $0.isNewline } == 5002)
            try await store.close()
        }
    }

    @Test func everyTableIsWrittenAndTheWindowHolds() async throws {
        try await withTemporaryFolder { folder in
            let world = StoreWorld()
            let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: world.options())
            store.append(samples: (0..<7200).map { sample(.rtt, $0 * 1000, 0.5) }, device: "a", boot: 1)
            store.append(frames: (0..<9).map(frame), device: "a", boot: 1)
            store.append(decision: decision("a", 7_000_000))
            store.append(events: [EventRecord(sequence: 3, time: .zero, body: "{}")], device: "a", boot: 1)
            try await store.flush()
            world.pass(.seconds(4 * 3600))
            try await store.upkeep()
            let end = try #require(try store.newestWall())
            #expect(end - StoreWorld.start == 7_199_000_000_000)
            for (table, all, late) in [
                (ExportTable.samples, 7200, 600), (.frames, 9, 0), (.decisions, 1, 1), (.events, 1, 0),
                (.seconds, 7200, 600), (.minutes, 121, 10), (.hours, 3, 0),
            ] {
                for format in ExportFormat.allCases {
                    var text = ""
                    #expect(try store.export(table, as: format) { text += $0 } == all, "\(table)")
                    #expect(text.split(separator: "\n").count == all + (format == .csv ? 1 : 0), "\(table)")
                    let since = StoreWorld.start + 6_600_000_000_000
                    #expect(try store.export(table, as: format, since: since) { _ in } == late, "\(table)")
                }
            }
            try await store.close()
        }
    }

    @Test func summariesAreThoseOfTheSamples() async throws {
        try await withTemporaryFolder { folder in
            let world = StoreWorld()
            let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: world.options())
            let samples = (0..<20_000).map { sample(.uplink, $0 * 1000, Double($0 % 997)) }
            store.append(samples: samples + [sample(.rtt, 5, 0.3)], device: "b", boot: 1)
            store.append(samples: [sample(.rtt, 9, 1)], device: "a", boot: 7)
            store.append(samples: [sample(.rtt, 11, 2)], device: "a", boot: 8)
            try await store.flush()
            world.pass(.seconds(30_000))
            try await store.upkeep()
            for (window, width, slack) in [
                (60, nil, 0), (3600, .second, 1), (18_000, .minute, 60),
            ] as [(Int, RollUpWidth?, Int)] {
                let found = try await store.summaries(window: .seconds(Int64(window)))
                #expect(found.map(\.device) == ["a", "b"] && found[0].boot == 8)
                #expect(found[1].width == width && found[1].newest == samples.last?.time)
                let uplink = try #require(found[1].metrics.first)
                #expect(uplink.metric == .uplink && uplink.newest == samples.last)
                #expect(uplink.values.count <= window && uplink.values.count >= window - slack)
                let held = samples.suffix(uplink.values.count).map(\.value)
                #expect(uplink.values.minimum == held.min() && uplink.values.maximum == held.max())
                #expect(abs((uplink.values.mean ?? 0) - held.reduce(0, +) / Double(held.count)) < 1e-9)
                #expect(found[1].metrics.last?.newest == sample(.rtt, 5, 0.3))
                #expect(found[1].metrics.last?.values.count == 0)
            }
            #expect(try await store.summaries(device: "b", window: .seconds(1)).map(\.device) == ["b"])
            try await store.close()
        }
    }
}
