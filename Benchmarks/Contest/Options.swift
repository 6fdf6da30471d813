import Foundation
import Model

struct Options {
    var traces = ProcessInfo.processInfo.environment["RESPLIT_TRACES"] ?? ""
    var each = false
    var json = false
    var movesAreFree = false
    var decisions = false
    /// Of readings, as a share.
    var noise = 0.0
    var length = Nanoseconds.seconds(600)
    /// What `--json` printed earlier: of matches that are in it only the product runs anew.
    var reference: String?
    /// Part of the traces' names.
    var only = ""
    /// Part of the models' names.
    var model: String?
    var slowdowns = [1.0, 2, 5, 10, 20]
    var loads = Load.allCases

    init(_ arguments: some Sequence<String>) throws {
        var slowdowns: [Double] = []
        var rest = Array(arguments)[...]
        while let flag = rest.popFirst() {
            switch flag {
            case "--each": each = true
            case "--json": json = true
            case "--decisions": decisions = true
            case "--free-moves": movesAreFree = true
            case "--traces": traces = try Self.value(of: flag, &rest)
            case "--noise": noise = try Self.number(of: flag, &rest)
            case "--reference": reference = try Self.value(of: flag, &rest)
            case "--only": only = try Self.value(of: flag, &rest)
            case "--model": model = try Self.value(of: flag, &rest)
            case "--seconds": length = .seconds(Int64(try Self.number(of: flag, &rest)))
            case "--load":
                let name = try Self.value(of: flag, &rest)
                guard let load = Load(rawValue: name) else {
                    throw Usage(problem: "--load \(name): neither light nor heavy")
                }
                loads = [load]
            case "--slowdown": slowdowns.append(try Self.number(of: flag, &rest))
            default: throw Usage(problem: "no option \(flag)")
            }
        }
        if !slowdowns.isEmpty { self.slowdowns = slowdowns }
        guard !traces.isEmpty else { throw Usage(problem: "--traces is missing") }
    }

    func matches(of traces: [ContestTrace], _ models: [ContestModel]) -> [Match] {
        traces.flatMap { trace in
            models.flatMap { model in
                slowdowns.flatMap { slowdown in
                    loads.map { load in
                        Match(
                            trace: trace, model: model, slowdown: slowdown, length: length, movesAreFree: movesAreFree,
                            load: load, noise: noise, showsDecisions: decisions)
                    }
                }
            }
        }
    }

    private static func value(of flag: String, _ rest: inout ArraySlice<String>) throws -> String {
        guard let value = rest.popFirst() else { throw Usage(problem: "\(flag) has no value") }
        return value
    }

    private static func number(of flag: String, _ rest: inout ArraySlice<String>) throws -> Double {
        let text = try value(of: flag, &rest)
        guard let number = Double(text), number > 0, number <= 1e6 else {
            throw Usage(problem: "\(flag) \(text): not a number above 0")
        }
        return number
    }

    struct Usage: Error, CustomStringConvertible {
        var problem: String
        var description: String {
            """
            contest: \(problem)
            usage: contest --traces FOLDER [--each] [--json] [--free-moves] [--noise SHARE] [--seconds N] \
            [--load light|heavy] [--reference FILE] [--decisions] [--only TEXT] [--model NAME] [--slowdown N]…
            """
        }
    }
}
