import Model

/// What faults do to what a device says.
struct ReadingFaults: Sendable {
    private let stale: [Fault]
    private let lies: [Fault]
    private let steps: [Fault]

    init(_ faults: [Fault]) {
        stale = faults.filter { $0.kind == .staleTelemetry }
        lies = faults.filter { if case .lyingTelemetry = $0.kind { true } else { false } }
        steps = faults.filter { if case .clockStep = $0.kind { true } else { false } }
    }

    /// A reading as it is said; `nil` where it is not.
    func said(_ value: Double, of metric: Metric, at now: Instant) -> Double? {
        if stale.isEmpty && lies.isEmpty { return value }
        if stale.contains(where: { $0.holds(at: now) }) { return nil }
        return lies.reduce(value) { value, lie in
            guard case .lyingTelemetry(metric, let factor) = lie.kind, lie.holds(at: now) else { return value }
            return value * factor
        }
    }

    /// Readings by the device's own clock.
    func stamped(_ samples: [Sample]) -> [Sample] {
        guard !steps.isEmpty else { return samples }
        return samples.map { sample in
            var sample = sample
            sample.time += step(at: sample.time)
            return sample
        }
    }

    func stamped(_ records: [FrameRecord]) -> [FrameRecord] {
        guard !steps.isEmpty else { return records }
        return records.map { record in
            var record = record
            record.captured += step(at: record.captured)
            return record
        }
    }

    /// By how much the device's clock is off.
    private func step(at time: Instant) -> Nanoseconds {
        steps.reduce(.zero) { sum, fault in
            guard case .clockStep(let step) = fault.kind, fault.start <= time - .zero else { return sum }
            return sum + step
        }
    }
}

extension Fault {
    func holds(at now: Instant) -> Bool { start <= now - .zero && now - .zero < end }
}
