import Model

extension WatchMessage {
    package init(wire: Resplit_V1_WatchMessage) throws(WireError) {
        switch wire.kind {
        case .state(let state): self = .state(try DeviceState(wire: state))
        case .samples(let samples): self = .samples(try [Sample](wire: samples))
        case .missed(let missed): self = .missed(try WireReading.count(missed.samples, "missed.samples"))
        case nil: throw .emptyMessage("controller's message")
        }
    }

    package var wire: Resplit_V1_WatchMessage {
        var wire = Resplit_V1_WatchMessage()
        switch self {
        case .state(let state): wire.state = state.wire
        case .samples(let samples): wire.samples.samples = samples.map(\.wire)
        case .missed(let count): wire.missed.samples = UInt64(count)
        }
        return wire
    }
}

extension DeviceState {
    init(wire: Resplit_V1_DeviceState) throws(WireError) {
        self.init(
            device: try WireReading.name(wire.device, "state.device"),
            boot: wire.boot.isEmpty ? "" : try WireReading.name(wire.boot, "state.boot"), isAttached: wire.attached)
    }

    var wire: Resplit_V1_DeviceState {
        var wire = Resplit_V1_DeviceState()
        wire.device = device
        wire.boot = boot
        wire.attached = isAttached
        return wire
    }
}

extension WatchRequest {
    package init(wire: Resplit_V1_WatchRequest) throws(WireError) {
        var metrics: [Metric] = []
        for (index, name) in wire.metrics.enumerated() {
            guard let metric = Metric(rawValue: name) else {
                throw .badField("metrics[\(index)]", problem: "is not a metric")
            }
            metrics.append(metric)
        }
        self.init(device: wire.device.isEmpty ? nil : try WireReading.name(wire.device, "device"), metrics: metrics)
    }

    package var wire: Resplit_V1_WatchRequest {
        var wire = Resplit_V1_WatchRequest()
        wire.device = device ?? ""
        wire.metrics = metrics.map(\.rawValue)
        return wire
    }
}
