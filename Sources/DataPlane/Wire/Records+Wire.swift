import Model

extension Sample {
    init(wire: Resplit_V1_Sample, _ field: @autoclosure () -> String) throws(WireError) {
        guard let metric = Metric(rawValue: wire.metric) else {
            throw .badField("\(field()).metric", problem: "is not a metric")
        }
        guard wire.value.isFinite else { throw .badField("\(field()).value", problem: "is not finite") }
        guard wire.weight >= 0, wire.weight <= 1 else { throw .badField("\(field()).weight", problem: "is not 0…1") }
        guard let origin = wire.origin.isEmpty ? .traffic : Origin(rawValue: wire.origin) else {
            throw .badField("\(field()).origin", problem: "is not an origin")
        }
        let time = try WireReading.instant(wire.timeNs, "\(field()).time_ns")
        self.init(metric: metric, time: time, value: wire.value, weight: wire.weight, origin: origin)
    }

    var wire: Resplit_V1_Sample {
        var wire = Resplit_V1_Sample()
        wire.metric = metric.rawValue
        wire.timeNs = time.nanoseconds
        wire.value = value
        wire.weight = weight
        wire.origin = origin.rawValue
        return wire
    }
}

extension [Sample] {
    init(wire: Resplit_V1_Samples) throws(WireError) {
        self = []
        for (index, sample) in wire.samples.enumerated() {
            append(try Sample(wire: sample, "samples[\(index)]"))
        }
    }
}

extension FrameRecord {
    init(wire: Resplit_V1_Frame, _ field: @autoclosure () -> String) throws(WireError) {
        guard let answer = Answer(rawValue: wire.answer) else {
            throw .badField("\(field()).answer", problem: "is not `planned` or `fallback`")
        }
        self.init(
            frame: try WireReading.count(wire.frame, "\(field()).frame"),
            epoch: try WireReading.count(wire.epoch, "\(field()).epoch"),
            planID: try WireReading.name(wire.plan, "\(field()).plan"),
            answer: answer,
            captured: try WireReading.instant(wire.capturedNs, "\(field()).captured_ns"),
            latency: try WireReading.span(wire.latencyNs, "\(field()).latency_ns"),
            stages: try StageTimes(wire: wire.stages, "\(field()).stages"),
            sentBytes: try WireReading.count(wire.sentBytes, "\(field()).sent_bytes"),
            topClass: try WireReading.count(wire.topClass, "\(field()).top_class"),
            isCorrect: wire.hasCorrect ? wire.correct : nil)
    }

    var wire: Resplit_V1_Frame {
        var wire = Resplit_V1_Frame()
        wire.frame = UInt64(frame)
        wire.epoch = UInt64(epoch)
        wire.plan = planID
        wire.answer = answer.rawValue
        wire.capturedNs = captured.nanoseconds
        wire.latencyNs = UInt64(clamping: latency.count)
        wire.stages = stages.wire
        wire.sentBytes = UInt64(sentBytes)
        wire.topClass = UInt64(topClass)
        if let isCorrect { wire.correct = isCorrect }
        return wire
    }
}

extension StageTimes {
    init(wire: Resplit_V1_StageTimes, _ field: @autoclosure () -> String) throws(WireError) {
        self.init()
        edgeQueue = try WireReading.span(wire.edgeQueueNs, "\(field()).edge_queue_ns")
        edge = try WireReading.span(wire.edgeNs, "\(field()).edge_ns")
        encode = try WireReading.span(wire.encodeNs, "\(field()).encode_ns")
        send = try WireReading.span(wire.sendNs, "\(field()).send_ns")
        network = try WireReading.span(wire.networkNs, "\(field()).network_ns")
        workerQueue = try WireReading.span(wire.workerQueueNs, "\(field()).worker_queue_ns")
        workerCompute = try WireReading.span(wire.workerComputeNs, "\(field()).worker_compute_ns")
        returning = try WireReading.span(wire.returnNs, "\(field()).return_ns")
    }

    var wire: Resplit_V1_StageTimes {
        var wire = Resplit_V1_StageTimes()
        wire.edgeQueueNs = UInt64(clamping: edgeQueue.count)
        wire.edgeNs = UInt64(clamping: edge.count)
        wire.encodeNs = UInt64(clamping: encode.count)
        wire.sendNs = UInt64(clamping: send.count)
        wire.networkNs = UInt64(clamping: network.count)
        wire.workerQueueNs = UInt64(clamping: workerQueue.count)
        wire.workerComputeNs = UInt64(clamping: workerCompute.count)
        wire.returnNs = UInt64(clamping: returning.count)
        return wire
    }
}
