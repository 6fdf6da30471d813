public import Model

extension Instant {
    static let latestPlausible = Instant(nanoseconds: 1 << 60)

    /// Within 36 years of the clock's origin: what lies beyond is a broken clock, and differences of such times could
    /// overflow.
    public var isPlausible: Bool { nanoseconds.magnitude <= 1 << 60 }
}

extension Sample {
    /// Whether this can be a reading at all: finite, within what any machine or link can show, with a weight above 0
    /// and up to 1.
    public var isPlausible: Bool { time.isPlausible && weight > 0 && weight <= 1 && metric.accepts(value) }
}

extension Metric {
    /// Whether a reading of this size is possible: rates up to 1e15 bit/s; spans up to an hour; shares and slowdowns up
    /// to 1e6, and a slowdown is above zero; bytes up to 2^50; temperatures from absolute zero to 1e4 °C.
    func accepts(_ value: Double) -> Bool {
        switch self {
        case .uplink, .downlink: value >= 0 && value <= 1e15
        case .rtt, .loadedRTT, .cloudQueue: value >= 0 && value <= 3600
        case .memoryAvailable: value >= 0 && value <= 0x1p50
        case .temperature: value >= -273.15 && value <= 1e4
        case .edgeCPU, .agentCPU, .retransmitted, .processorPressure, .memoryPressure, .runQueue, .groupCPU,
            .groupThrottled, .frequency, .thermalThrottling:
            value >= 0 && value <= 1e6
        case .edgeSlowdown, .cloudSlowdown: value > 0 && value <= 1e6
        }
    }

    /// Numbers the metrics in memory and in stored files: never changed, never used again.
    package var code: Int {
        switch self {
        case .edgeCPU: 0
        case .agentCPU: 1
        case .edgeSlowdown: 2
        case .uplink: 3
        case .downlink: 4
        case .rtt: 5
        case .cloudQueue: 6
        case .cloudSlowdown: 7
        case .loadedRTT: 8
        case .retransmitted: 9
        case .processorPressure: 10
        case .memoryPressure: 11
        case .runQueue: 12
        case .memoryAvailable: 13
        case .groupCPU: 14
        case .groupThrottled: 15
        case .frequency: 16
        case .temperature: 17
        case .thermalThrottling: 18
        }
    }
}

extension Sample.Origin {
    /// Numbers the origins in stored files: never changed, never used again.
    package var code: Int {
        switch self {
        case .traffic: 0
        case .ping: 1
        case .probe: 2
        case .kernel: 3
        }
    }

    package init?(code: Int) {
        guard let origin = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = origin
    }
}
