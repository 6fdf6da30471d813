import Model
import Sim
import YAMLReading

extension ScenarioReader {
    func faults(_ value: YAMLValue, groups: [String]) throws(DocumentError) -> [Fault] {
        var faults: [Fault] = []
        for element in try value.elements() { faults.append(try fault(element, groups: groups)) }
        return faults
    }

    private func fault(_ value: YAMLValue, groups: [String]) throws(DocumentError) -> Fault {
        let (kind, value) = try value.onlyField(Keys.Fault.self)
        try value.refuseUnknownKeys(besides: (Keys.FaultSpan.all + kind.own).map(\.rawValue))
        let fields = try value.fields(Keys.FaultSpan.self)
        let start = try fields.required(.from, as: "20s").duration(in: .zero...Limit.month)
        let end = try fields.required(.to, as: "30s").duration(in: .zero...Limit.month)
        guard start < end else { throw value.error("ends before it begins, or at once; 'to' lies after 'from'") }
        var names: [String]?
        if let devices = fields[.devices] {
            names = []
            for element in try devices.elements() {
                guard let name = element.scalar, groups.contains(name) else { throw element.unknownName(among: groups) }
                names?.append(name)
            }
        }
        return Fault(try self.kind(kind, fields), from: start, to: end, groups: names)
    }

    private func kind(
        _ kind: Keys.Fault, _ fields: YAMLFields<Keys.FaultSpan>
    ) throws(DocumentError) -> Fault.Kind {
        switch kind {
        case .outage: return .outage
        case .loadSpike:
            return .loadSpike(slowdown: try fields.required(.slowdown, as: "4").number(in: Limit.factor))
        case .workerCrash:
            return .workerCrash(workers: try fields.required(.workers, as: "1").integer(in: 1...100_000))
        case .cloudSurge:
            return .cloudSurge(
                perSecond: try frequency(fields.required(.rate, as: "50/s")),
                work: try fields.required(.work, as: "20ms").duration(in: .microseconds(1)...Limit.hour))
        case .controllerAway: return .controllerAway
        case .clockStep: return .clockStep(by: try step(fields.required(.by, as: "-2s")))
        case .staleTelemetry: return .staleTelemetry
        case .lyingTelemetry:
            return .lyingTelemetry(
                try fields.required(.metric, as: "uplink_bps").choice(Metric.self),
                factor: try fields.required(.factor, as: "4").number(in: Limit.factor))
        }
    }

    /// A time that may have a sign.
    private func step(_ value: YAMLValue) throws(DocumentError) -> Nanoseconds {
        let isBack = value.scalar?.hasPrefix("-") ?? false
        let step = try value.quantity { text throws(QuantityError) in
            try Quantity.duration(isBack ? String(text.dropFirst()) : text)
        }
        guard step <= Limit.day else { throw value.error("is more than a day") }
        return isBack ? .zero - step : step
    }
}

extension ScenarioKeys.FaultSpan {
    /// Those of every fault.
    fileprivate static let all: [Self] = [.from, .to, .devices]
}

extension ScenarioKeys.Fault {
    /// The keys that a fault has beside those of all.
    fileprivate var own: [ScenarioKeys.FaultSpan] {
        switch self {
        case .outage, .controllerAway, .staleTelemetry: []
        case .loadSpike: [.slowdown]
        case .workerCrash: [.workers]
        case .cloudSurge: [.rate, .work]
        case .clockStep: [.by]
        case .lyingTelemetry: [.metric, .factor]
        }
    }
}
