import ArgumentParser
import Model
import Sim

/// `20Mbps,30ms,10s`.
struct SynthLevel: ExpressibleByArgument {
    var uplink: BitRate
    var rtt: Nanoseconds
    var stay: Nanoseconds

    init(uplink: BitRate, rtt: Nanoseconds, stay: Nanoseconds) {
        self.uplink = uplink
        self.rtt = rtt
        self.stay = stay
    }

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let uplink = BitRate(argument: parts[0]), let rtt = Nanoseconds(argument: parts[1]),
            let stay = Nanoseconds(argument: parts[2]), uplink <= BitRate(bitsPerSecond: 1e15), rtt <= .seconds(3600)
        else { return nil }
        self.init(uplink: uplink, rtt: rtt, stay: stay)
    }
}

/// `4dB,20s`.
struct SynthFading: ExpressibleByArgument {
    var value: TraceModel.Fading

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasSuffix("dB"), let deviation = Double(parts[0].dropLast(2)),
            0...30 ~= deviation, let memory = Nanoseconds(argument: String(parts[1])), memory > .zero
        else { return nil }
        value = .init(deviation: deviation, memory: memory)
    }
}

/// `30s,150ms`.
struct SynthInterruptions: ExpressibleByArgument {
    var value: TraceModel.Interruptions

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
            .map { Nanoseconds(argument: String($0)) }
        guard parts.count == 2, let apart = parts[0], let length = parts[1], apart > .zero, length > .zero else {
            return nil
        }
        value = .init(apart: apart, length: length)
    }
}

/// `0.5,3,24h`.
struct SynthDay: ExpressibleByArgument {
    var value: TraceModel.DailyLoad

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3, let least = Double(parts[0]), let most = Double(parts[1]), 0...1000 ~= least,
            0...1000 ~= most, let day = Nanoseconds(argument: String(parts[2])), day > .zero
        else { return nil }
        value = .init(least: least, most: most, day: day)
    }
}
