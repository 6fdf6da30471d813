import Model

extension Metric {
    /// What a reading is of.
    private enum Kind {
        case rate, time, share, bytes, temperature, frequency, number
    }

    private var kind: Kind {
        switch self {
        case .uplink, .downlink: .rate
        case .rtt, .loadedRTT, .cloudQueue: .time
        case .edgeCPU, .agentCPU, .retransmitted, .processorPressure, .memoryPressure, .groupThrottled, .frequency:
            .share
        case .memoryAvailable: .bytes
        case .temperature: .temperature
        case .thermalThrottling: .frequency
        case .edgeSlowdown, .cloudSlowdown, .runQueue, .groupCPU: .number
        }
    }

    private var name: String {
        switch self {
        case .uplink: "uplink"
        case .downlink: "downlink"
        case .rtt: "round trip"
        case .loadedRTT: "round trip behind our own traffic"
        case .cloudQueue: "queue in the cloud"
        case .edgeCPU: "edge processors busy"
        case .agentCPU: "agent's processor busy"
        case .edgeSlowdown: "edge slowdown"
        case .cloudSlowdown: "cloud slowdown"
        case .retransmitted: "TCP segments sent again"
        case .processorPressure: "time with tasks short of processors"
        case .memoryPressure: "time with tasks short of memory"
        case .runQueue: "tasks that run or could"
        case .memoryAvailable: "memory left"
        case .groupCPU: "processors of the control group"
        case .groupThrottled: "periods with the quota used up"
        case .frequency: "frequency over the highest"
        case .temperature: "hottest zone"
        case .thermalThrottling: "cores slowed for heat"
        }
    }

    /// The unit of plots, and how many of it a reading of one is.
    var scale: (unit: String, factor: Double) {
        switch kind {
        case .rate: ("Mbit/s", 1e-6)
        case .time: ("ms", 1e3)
        case .share: ("%", 100)
        case .bytes: ("MiB", 1 / 0x1p20)
        case .temperature: ("°C", 1)
        case .frequency: ("a second", 1)
        case .number: ("", 1)
        }
    }

    /// Name and unit.
    var title: String { scale.unit.isEmpty ? name : "\(name), \(scale.unit)" }

    /// A reading with its unit.
    func text(_ value: Double) -> String {
        switch kind {
        case .rate: Format.rate(BitRate(bitsPerSecond: value))
        case .time: Format.milliseconds(value * 1000)
        case .share: Format.share(value)
        case .bytes: Format.bytes(Int(exactly: value.rounded()) ?? (value < 0 ? .min : .max))
        case .temperature: Format.fixed(value, 1) + " °C"
        case .frequency: Format.fixed(value, 2) + " a second"
        case .number: Format.fixed(value, 2)
        }
    }
}
