import ArgumentParser
import Foundation
import Model
import Sim

struct TraceConvertVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "A trace in the normal form, or in another tool's; completed with other traces and constants.")

    @OptionGroup var trace: TraceOptions
    @Option(help: ArgumentHelp("Write \(TraceFormat.list).", valueName: "format")) var to = TraceFormat.resplit
    @Option(help: "Means over steps of this length.") var step: Nanoseconds?
    @Option(help: "A constant uplink.") var uplink: BitRate?
    @Option(help: "A constant downlink.") var downlink: BitRate?
    @Option(help: "A constant round trip.") var rtt: Nanoseconds?
    @Option(help: "A constant share of packets lost.") var loss: Share?
    @Option(help: "A constant number of busy processes on the edge.") var load: Double?
    @Option(help: from("the uplink")) var uplinkFrom: String?
    @Option(help: from("the downlink")) var downlinkFrom: String?
    @Option(help: from("the round trip")) var rttFrom: String?
    @Option(help: from("the loss")) var lossFrom: String?
    @Option(help: from("the load")) var loadFrom: String?
    @Option(name: .shortAndLong, help: "Write here instead of to standard output.") var output: String?

    private static func from(_ what: String) -> ArgumentHelp {
        ArgumentHelp("Take \(what) from another trace, which repeats until this one's end.", valueName: "file")
    }

    func validate() throws {
        if let step, step <= .zero { throw ValidationError("--step: must be above zero.") }
        if let load, !(load >= 0 && load <= 1e6) { throw ValidationError("--load: must be from 0 to 1000000.") }
        if let loss, loss.value > 1 { throw ValidationError("--loss: is a share, up to 100%.") }
    }

    func run() throws {
        var reading = try trace.read()
        for remark in reading.remarks { Emit.note("\(trace.file): \(remark)") }
        try complete(&reading)
        if let step {
            guard let averaged = reading.trace.averaged(over: step) else { throw TraceTooLong(path: trace.file) }
            reading.trace = averaged
        }
        let writing = try reading.trace.written(as: to, carries: reading.carries)
        for remark in writing.remarks { Emit.note("\(output ?? to.rawValue): \(remark)") }
        if let output { try Files.write(Data(writing.text.utf8), to: output) } else { Emit.text(writing.text) }
    }

    /// Constants come after files: they hold.
    private func complete(_ reading: inout TraceReading) throws {
        let files: [(TraceQuantity, String?)] = [
            (.uplink, uplinkFrom), (.downlink, downlinkFrom), (.rtt, rttFrom), (.loss, lossFrom), (.load, loadFrom),
        ]
        for case (let quantity, let path?) in files {
            let other = try TraceReading(text: TraceOptions.text(of: path), source: path)
            for remark in other.remarks { Emit.note("\(path): \(remark)") }
            guard other.carries.contains(quantity) || other.carries.contains(quantity.sibling ?? quantity) else {
                throw TraceLacks(path: path, quantity: quantity)
            }
            guard let both = reading.trace.taking(reading.ruled(by: quantity), from: other.trace) else {
                throw TraceTooLong(path: trace.file)
            }
            reading.trace = both
            reading.carries.insert(quantity)
        }
        let constants: [(TraceQuantity, Double?)] = [
            (.uplink, uplink?.bitsPerSecond), (.downlink, downlink?.bitsPerSecond), (.rtt, rtt?.inSeconds),
            (.loss, loss?.value), (.load, load),
        ]
        for case (let quantity, let value?) in constants {
            for quantity in reading.ruled(by: quantity) { reading.trace = reading.trace.holding(quantity, at: value) }
            reading.carries.insert(quantity)
        }
    }
}

extension TraceQuantity {
    /// The other direction, whose rate stands for this one where a trace has one only.
    fileprivate var sibling: TraceQuantity? {
        switch self {
        case .uplink: .downlink
        case .downlink: .uplink
        default: nil
        }
    }
}

extension TraceReading {
    /// What a new value of a quantity stands for: both directions where nothing is known of the other.
    fileprivate func ruled(by quantity: TraceQuantity) -> Set<TraceQuantity> {
        guard let sibling = quantity.sibling, !carries.contains(sibling) else { return [quantity] }
        return [quantity, sibling]
    }
}

/// A trace that does not hold what it was named for.
private struct TraceLacks: InputError {
    var path: String
    var quantity: TraceQuantity
    var description: String { "\(path): says nothing of the \(quantity.rawValue); name another file, or a constant" }
}

/// A result of too many pieces.
struct TraceTooLong: InputError {
    var path: String
    var description: String {
        "\(path): would become more than 2^24 pieces; take longer steps with --step, of a finer trace it takes from too"
    }
}
