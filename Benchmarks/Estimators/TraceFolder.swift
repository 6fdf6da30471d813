import Foundation

/// Plain readers of recorded traces in their authors' own forms. What is not a trace of a rate is passed over.
enum TraceFolder {
    /// Mahimahi's delivery opportunities are counted over so many seconds.
    private static let opportunityBin = 0.5

    /// Every trace in the folder and those within it, by path.
    static func traces(in folder: URL) throws -> [LinkTrace] {
        guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
        let paths = files.compactMap { ($0 as? URL)?.standardizedFileURL.path }.sorted()
        let root = folder.standardizedFileURL.path + "/"
        return try paths.flatMap { path -> [LinkTrace] in
            guard !path.hasSuffix(".md"), FileManager.default.isReadableFile(atPath: path),
                let text = try? String(contentsOfFile: path, encoding: .utf8)
            else { return [] }
            return try traces(named: String(path.dropFirst(root.count)), text)
        }
    }

    private static func traces(named name: String, _ text: String) throws -> [LinkTrace] {
        let lines = text.split(whereSeparator: \.isNewline)
        switch (name as NSString).pathExtension {
        case "json":
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let periods = try decoder.decode([Period].self, from: Data(text.utf8))
            let pieces = periods.map {
                LinkTrace.Piece(seconds: $0.durationMs / 1000, bitsPerSecond: $0.bandwidthKbps * 1000)
            }
            return [LinkTrace(name: name, pieces: pieces)]
        case "up", "down": return opportunities(lines).map { [LinkTrace(name: name, pieces: $0)] } ?? []
        case "csv": return columns(lines, of: name)
        default: return twoColumns(lines).map { [LinkTrace(name: name, pieces: $0)] } ?? []
        }
    }

    /// Sabre's form.
    private struct Period: Decodable {
        var durationMs: Double
        var bandwidthKbps: Double
    }

    /// Mahimahi's form: one millisecond a line, at which 1500 bytes could be sent.
    private static func opportunities(_ lines: [Substring]) -> [LinkTrace.Piece]? {
        let times = lines.compactMap { Int($0) }
        guard times.count == lines.count, let last = times.last else { return nil }
        let length = Int(opportunityBin * 1000)
        var counts = Array(repeating: 0, count: last / length)
        for time in times where time / length < counts.count { counts[time / length] += 1 }
        return counts.map { count in
            LinkTrace.Piece(seconds: opportunityBin, bitsPerSecond: Double(count) * 12_000 / opportunityBin)
        }
    }

    /// Pensieve's form: the end of an interval in seconds, Mbit/s in it. The first line only begins.
    private static func twoColumns(_ lines: [Substring]) -> [LinkTrace.Piece]? {
        let rows = lines.map { $0.split(whereSeparator: \.isWhitespace).map { Double($0) } }
        guard rows.count > 1, rows.allSatisfy({ $0.count == 2 && !$0.contains(nil) }) else { return nil }
        let numbers = rows.map { (time: $0[0] ?? 0, mbps: $0[1] ?? 0) }
        return zip(numbers, numbers.dropFirst()).compactMap { earlier, later in
            guard later.time > earlier.time else { return nil }
            return LinkTrace.Piece(seconds: later.time - earlier.time, bitsPerSecond: later.mbps * 1e6)
        }
    }

    /// Rows of one second with a header; each column that is known by its name is a trace.
    private static func columns(_ lines: [Substring], of name: String) -> [LinkTrace] {
        func fields(_ line: Substring) -> [Substring] { line.split(separator: ",", omittingEmptySubsequences: false) }
        guard let header = lines.first.map(fields) else { return [] }
        let rows = lines.dropFirst().map(fields).filter { $0.count == header.count }
        // G-NetTrack's state is D while something is downloaded.
        let state = header.firstIndex(of: "State")
        return header.indices.compactMap { column in
            guard let unit = unit(of: header[column]) else { return nil }
            let pieces = rows.compactMap { row -> LinkTrace.Piece? in
                guard let value = Double(row[column]), state.map({ row[$0] == "D" }) ?? true else { return nil }
                return LinkTrace.Piece(seconds: 1, bitsPerSecond: value * unit)
            }
            return pieces.isEmpty ? nil : LinkTrace(name: "\(name):\(header[column])", pieces: pieces)
        }
    }

    private static func unit(of column: Substring) -> Double? {
        switch column {
        case "DL_bitrate": 1e3
        case "download", "upload": 1e6
        case _ where column.hasSuffix("throughput_mbps"): 1e6
        default: nil
        }
    }
}
