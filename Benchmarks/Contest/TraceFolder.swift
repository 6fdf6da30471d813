import Foundation
import Model
import Sim

/// The traces in a folder and those within it, by path. Files are read as their content says; of tables that do not say it
/// themselves, each column that is known by its name is a trace. What is no trace is passed over, and named.
struct TraceFolder {
    var traces: [ContestTrace] = []
    /// One line each.
    var passedOver: [String] = []

    init(_ folder: URL) throws {
        let root = folder.standardizedFileURL.path + "/"
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        let paths = (files?.compactMap { ($0 as? URL)?.standardizedFileURL.path } ?? []).sorted()
        for path in paths where !path.hasSuffix(".md") {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
                let text = try? String(contentsOfFile: path, encoding: .utf8)
            else { continue }
            add(name: String(path.dropFirst(root.count)), text)
        }
    }

    private mutating func add(name: String, _ text: String) {
        let columns = Columns(text)
        guard columns.choices.isEmpty else {
            for choice in columns.choices {
                add(name: "\(name):\(choice.title)", columns.text, choice.options)
            }
            return
        }
        var options = TraceReading.Options()
        if Self.isTwoColumns(text) { options.format = .pensieve }
        add(name: name, text, options)
    }

    /// Slow links in two columns could be other things: here they are seconds and Mbit/s.
    private static func isTwoColumns(_ text: String) -> Bool {
        let rows = text.split(whereSeparator: \.isNewline).prefix(20).map { $0.split(whereSeparator: \.isWhitespace) }
        return !rows.isEmpty && rows.allSatisfy { $0.count == 2 && $0.allSatisfy { Double($0) != nil } }
    }

    private mutating func add(name: String, _ text: String, _ options: TraceReading.Options) {
        do {
            guard let trace = ContestTrace(name: name, try TraceReading(text: text, source: name, options: options))
            else { return passedOver.append("\(name): carries nothing") }
            traces.append(trace)
        } catch {
            passedOver.append("\(error)")
        }
    }
}

/// The columns of a table that are known by their names, each with the time that goes with it.
private struct Columns {
    struct Choice {
        var title: String
        var options: TraceReading.Options
    }

    private(set) var choices: [Choice] = []
    private(set) var text: String

    /// None where the file is no table, or says itself what it holds.
    init(_ text: String) {
        self.text = text
        guard let line = text.split(whereSeparator: \.isNewline).first else { return }
        let separator = [";", ",", "\t", " "].first { line.contains($0) } ?? ","
        let names = line.components(separatedBy: separator).map { $0.trimmingCharacters(in: .whitespaces) }
        guard let time = names.lazy.compactMap(Self.time).first else { return }
        for name in names {
            guard let meaning = Self.known(name, beside: names) else { continue }
            var options = TraceReading.Options()
            options.format = .csv
            options.columns = [time, ColumnChoice(quantity: meaning.quantity, name: name, unit: meaning.unit)]
            // Gaps between recordings are no outages; loads are recorded every five minutes.
            if meaning.quantity != .load { options.longestGap = .seconds(5) }
            choices.append(Choice(title: name, options: options))
        }
        dropIdleRows(state: names.firstIndex(of: "State"))
    }

    /// G-NetTrack's state is D while something is downloaded; the rest says nothing of the link.
    private mutating func dropIdleRows(state: Int?) {
        guard let state else { return }
        let rows = text.split(whereSeparator: \.isNewline)
        let kept = rows.dropFirst().filter { row in
            let fields = row.split(separator: ",", omittingEmptySubsequences: false)
            return fields.indices.contains(state) && fields[state] == "D"
        }
        text = (rows.prefix(1) + kept).joined(separator: "\n")
    }

    private static func time(_ name: String) -> ColumnChoice? {
        let units: [String: String?] = [
            "Timestamp": nil, "timestamp": nil, "timestamp_start_dl": nil, "seq_num": "s", "probe_num": "s",
            "pub_time(ms)": "ms",
            // The header is wrong: these are seconds.
            "Timestamp [ms]": "s",
        ]
        return units[name].map { ColumnChoice(quantity: nil, name: name, unit: $0) }
    }

    private static func known(
        _ name: String, beside names: [String]
    ) -> (quantity: TraceQuantity, unit: String)? {
        switch name {
        case "DL_bitrate": (.uplink, "kbit/s")
        case "download", "upload": (.uplink, "Mbit/s")
        case _ where name.hasSuffix("throughput_mbps"): (.uplink, "Mbit/s")
        case "delay(ms)", "rtt_in_ms": (.rtt, "ms")
        case "CPU usage [%]": (.load, "%")
        case "value" where names == ["timestamp", "value"]: (.load, "%")
        default: nil
        }
    }
}
