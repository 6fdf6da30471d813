import Foundation
import Model

/// How good the estimators are, on recorded and made-up links.
///
///     estimators accuracy [--traces FOLDER] [--each]
///     estimators costs
///     estimators growth [DEVICES]
///
/// `accuracy` and `costs` leave with 1 where a bar is missed (`Bars`).
@main enum Estimators {
    static func main() throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        let verb = arguments.isEmpty ? "" : arguments.removeFirst()
        switch verb {
        case "accuracy":
            let folder = option("--traces", in: arguments) ?? ProcessInfo.processInfo.environment["RESPLIT_TRACES"]
            var report = AccuracyReport(folder: folder, isLong: arguments.contains("--each"))
            try report.print()
            report.bars.settle()
        case "costs":
            let costs = Costs()
            costs.print()
            costs.bars.settle()
        case "growth":
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            let growth = Growth(upTo: arguments.first.flatMap { Int($0) } ?? 100_000)
            print(String(decoding: try encoder.encode(growth), as: UTF8.self))
        default:
            FileHandle.standardError.write(Data((usage + "\n").utf8))
            exit(2)
        }
    }

    private static func option(_ name: String, in arguments: [String]) -> String? {
        guard let place = arguments.firstIndex(of: name), place + 1 < arguments.count else { return nil }
        return arguments[place + 1]
    }

    private static let usage = "usage: estimators accuracy [--traces FOLDER] [--each] | costs | growth [DEVICES]"
}
