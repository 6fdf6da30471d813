import Foundation
import Model
import TelemetryStore
import TestSupport
import Testing

/// `trace record` from a store, and what it refuses. A live link is measured in `LinkRecorderTests`, and a controller watched in
/// `TraceRecordLiveTests`.
@Suite struct TraceRecordVerbTests {
    /// Two devices; the link of `cam` goes out, and its newest boot has no readings of it.
    private func withStore(_ body: (_ folder: String, _ store: String) throws -> Void) async throws {
        try await TestFiles.withFolder { folder in
            let path = folder + "/run.sqlite"
            let store = try TelemetryStore.open(path: path)
            func sample(_ metric: Metric, _ seconds: Int64, _ value: Double) -> Sample {
                Sample(metric: metric, time: .zero + .seconds(seconds), value: value)
            }
            let link = [
                sample(.uplink, 100, 8e6), sample(.rtt, 100, 0.03), sample(.uplink, 104, 0), sample(.uplink, 106, 4e6),
                sample(.downlink, 106, 20e6), sample(.rtt, 110, 0.05),
            ]
            store.append(samples: link, device: "cam", boot: 1)
            store.append(samples: [sample(.edgeCPU, 5, 0.5)], device: "cam", boot: 2)
            store.append(samples: [sample(.edgeCPU, 5, 0.5)], device: "kiosk", boot: 1)
            try await store.close()
            try body(folder, path)
        }
    }

    @Test func aStoreHasTheTraceOfADevicesLink() async throws {
        try await withStore { folder, store in
            let whole = try Program.run("trace", "record", "--store", store, "--device", "cam")
            #expect(whole.code == 0 && whole.errors.isEmpty, "\(whole)")
            #expect(
                whole.output == """
                    time_s,uplink_mbps,rtt_ms,edge_load,downlink_mbps
                    0,8,30,0,20
                    4,0,30,0,0
                    6,4,30,0,20
                    10,,,,

                    """)
            let file = folder + "/trace.csv"
            let part = try Program.run(
                "trace", "record", "--store", store, "--device", "cam", "--window", "5s", "--step", "2s", "-o", file)
            #expect(part.code == 0 && part.output.isEmpty, "\(part)")
            let shown = try Program.run("trace", "inspect", file)
            #expect(shown.output.hasPrefix("resplit:") && shown.output.contains("5.000 s"), "\(shown)")
        }
    }

    /// Before anything is recorded, not after.
    @Test func aPlaceThatCannotBeWrittenIsSaidAtOnce() throws {
        try TestFiles.withFolder { folder in
            for place in [folder, folder + "/none/trace.csv"] {
                let outcome = try Program.run("trace", "record", "--worker", "127.0.0.1:1", "-o", place)
                #expect(outcome.code == 3 && outcome.output.isEmpty, "\(outcome)")
                #expect(outcome.errors.hasPrefix("resplit: \(place): cannot be written: "), "\(outcome)")
            }
        }
    }

    @Test func wrongUseIsOneLine() async throws {
        try await withStore { folder, store in
            let cases: [(arguments: [String], words: String)] = [
                (["trace", "record"], "--worker"),
                (["trace", "record", "--store", store, "--worker", "127.0.0.1:1"], "--worker"),
                (["trace", "record", "--store", store], "cam, kiosk"),
                (["trace", "record", "--store", store, "--device", "cam1"], "did you mean 'cam'?"),
                (["trace", "record", "--store", store, "--device", "kiosk"], "no readings of the link"),
                (["trace", "record", "--store", store, "--duration", "3s"], "--window"),
                (["trace", "record", "--store", store, "--seconds", "3"], "--window"),
                (["trace", "record", "--worker", "127.0.0.1:1", "--step", "0s"], "above zero"),
                (["trace", "record", "--worker", "127.0.0.1:1", "--controller", "127.0.0.1:2"], "--controller"),
                (["trace", "record", "--worker", "127.0.0.1:1", "--device", "cam"], "--device"),
                (["trace", "record", "--controller", "127.0.0.1:1", "--window", "3s"], "--window"),
                (
                    ["trace", "record", "--controller", "127.0.0.1:1", "--duration", "3s", "--seconds", "3"],
                    "--seconds"
                ),
                (["trace", "record", "--controller", "127.0.0.1:1", "--seconds", "0"], "from 1 on"),
                (["trace", "record", "--controller", "nowhere"], "--controller"),
                (["trace", "record", "--store", folder + "/none.sqlite"], "none.sqlite"),
            ]
            for (arguments, words) in cases {
                let outcome = try Program.run(arguments)
                #expect(outcome.code == 2 && outcome.output.isEmpty, "\(outcome)")
                #expect(outcome.errors.contains(words), "\(outcome)")
                #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
            }
        }
    }
}
