import Foundation

/// Times what this project does on instances that it also writes to a file, for a peer in another language to solve: see
/// `../peers`, where a script for each subject runs both by turns.
///
///     against-peers SUBJECT FILE
///
/// writes the instances to FILE, says `ready`, and then for each line read times one round and answers with one line of JSON.
@main enum AgainstPeers {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 2, let name = arguments.first, let file = arguments.last else {
            throw Usage(problem: "usage: against-peers SUBJECT FILE")
        }
        switch name {
        case "minimum-cut": try serve(MinimumCutSubject(.networks), writing: file)
        case "minimum-cut-growth": try serve(MinimumCutSubject(.growth), writing: file)
        case "parametric-cuts": try serve(ParametricCutsSubject(), writing: file)
        case "plan-set": try serve(PlanSetSubject(), writing: file)
        case "decision-growth": try serve(DecisionGrowthSubject(), writing: file)
        case "simulation": try serve(SimulationSubject(), writing: file)
        case "simulation-growth": try serve(SimulationGrowthSubject(), writing: file)
        case "bit-widths": try serve(BitWidthSubject(), writing: file)
        case "bit-widths-lagrangian": try serve(LagrangianSubject(), writing: file)
        default: throw Usage(problem: "no such subject: \(name)")
        }
    }

    private static func serve(_ subject: some Subject, writing file: String) throws {
        var subject = subject
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try encoder.encode(subject.instances).write(to: URL(filePath: file))
        answer("ready")
        var number = 0
        while readLine() != nil {
            let times = try subject.round(number)
            answer(String(decoding: try encoder.encode(times), as: UTF8.self))
            number += 1
        }
    }

    private static func answer(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}

/// Something timed against a peer.
protocol Subject {
    associatedtype Instances: Encodable

    /// What the peer is to solve, with our answers to compare.
    var instances: Instances { get }

    /// Times one round.
    ///
    /// - Returns: for each instance, by name, nanoseconds by what was timed.
    mutating func round(_ number: Int) throws -> [String: [String: Double]]
}

/// Nanoseconds that a call takes.
func nanoseconds(_ call: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(call) / .nanoseconds(1)
}

private struct Usage: Error, CustomStringConvertible {
    var problem: String
    var description: String { problem }
}
