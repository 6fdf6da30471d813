import ArgumentParser
import Foundation
import Model
import Sim

struct TraceSynthVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth",
        abstract:
            "A seeded trace: levels that follow one another by chance, fades, handovers, outages, load of the day.",
        discussion: "Equal flags and seeds give equal bytes. Each part draws from a sequence of its own.")

    @Option(help: "How long it lasts.") var duration: Nanoseconds = .seconds(600)
    @Option(help: "Between two draws of the levels.") var step: Nanoseconds = .milliseconds(500)
    @Option(help: "Of the random numbers.") var seed: UInt64 = 1
    @Option(
        help: ArgumentHelp("Fit the levels, and those of the load, to this trace.", valueName: "file")) var like:
        String?
    @Option(
        help: ArgumentHelp(
            "A level: uplink, round trip, mean stay; default: 20Mbps,30ms,1h. May be given more than once: each is left for any "
                + "other.", valueName: "rate,rtt,stay")) var level: [SynthLevel] = []
    @Option(help: "Values lie uniformly within this share of a level's mean.") var spread = Share(value: 0.1)
    @Option(help: ArgumentHelp("Slow fading: deviation and memory, as in 4dB,20s.", valueName: "dB,time")) var fades:
        SynthFading?
    @Option(
        help: ArgumentHelp("Handovers: mean time apart and length, as in 30s,150ms.", valueName: "apart,length"))
    var handovers: SynthInterruptions?
    @Option(
        help: ArgumentHelp("Outages: mean time apart and mean length, as in 2min,5s.", valueName: "apart,length"))
    var outages: SynthInterruptions?
    @Option(
        help: ArgumentHelp(
            "Busy processes at the start of a day and half a day later, and its length, as in 0.5,3,24h.",
            valueName: "least,most,day")) var diurnal: SynthDay?
    @Option(name: .shortAndLong, help: "Write here instead of to standard output.") var output: String?

    func validate() throws {
        guard duration > .zero, step > .zero else { throw ValidationError("--duration, --step: must be above zero.") }
        guard spread.value <= 1 else { throw ValidationError("--spread: is a share, up to 100%.") }
        if like != nil, !level.isEmpty { throw ValidationError("--like and --level: give one of them.") }
        for level in level where level.stay < step {
            throw ValidationError("--level: a stay is at least a --step long.")
        }
    }

    func run() throws {
        var model = try like.map(fitted) ?? TraceModel(step: step, network: levels())
        if let like, model.load != nil, diurnal != nil {
            throw ValidationError("--diurnal: \(like) has a load of its own.")
        }
        model.fading = fades?.value
        model.handovers = handovers?.value
        model.outages = outages?.value
        model.dailyLoad = diurnal?.value
        guard let trace = model.trace(duration: duration, seed: seed) else {
            throw ValidationError("--duration: is more than 2^24 steps or interruptions, or 73 years.")
        }
        if let output { try Files.write(Data(trace.csv.utf8), to: output) } else { Emit.text(trace.csv) }
    }

    private func fitted(_ path: String) throws -> TraceModel {
        let reading = try TraceReading(text: TraceOptions.text(of: path), source: path)
        for remark in reading.remarks { Emit.note("\(path): \(remark)") }
        guard let model = TraceModel(fitting: reading.trace, carries: reading.carries, step: step) else {
            throw TraceUnfit(path: path)
        }
        if !reading.carries.contains(.rtt) {
            Emit.note(
                "\(path): has no round trip, nor has what is made of it; add one with resplit trace convert --rtt")
        }
        return model
    }

    private func levels() throws -> MarkovLevels {
        let all = level.isEmpty ? [SynthLevel(uplink: .mbps(20), rtt: .milliseconds(30), stay: .seconds(3600))] : level
        let spreads = all.map { level in
            [level.uplink.bitsPerSecond, level.rtt.inSeconds].map {
                MarkovLevels.Spread(mean: $0, spread: spread.value)
            }
        }
        guard
            let levels = MarkovLevels(
                quantities: [.uplink, .rtt], levels: spreads, stays: all.map { max($0.stay, step) }, step: step)
        else { throw ValidationError("--level: these levels make no chain.") }
        return levels
    }
}

/// A trace that no model can be fitted to.
private struct TraceUnfit: InputError {
    var path: String
    var description: String { "\(path): holds no rate, or has more than 2^24 steps; nothing can be fitted to it" }
}
