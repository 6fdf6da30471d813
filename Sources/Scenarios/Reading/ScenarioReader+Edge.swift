import Model
import Sim
import YAMLReading

extension ScenarioReader {
    func edge(_ value: YAMLValue) throws -> Edge {
        let fields = try value.fields(Keys.Edge.self)
        var edge = Edge()
        edge.discipline = try fields[.discipline]?.choice(Edge.Discipline.self) ?? edge.discipline
        edge.cores = try fields[.cores]?.integer(in: 1...1024) ?? edge.cores
        edge.slowdown = try slowdown(fields, cores: edge.cores)
        edge.thermal = try fields[.thermal].map(thermal)
        edge.energy = try fields[.energy].map(energy)
        return edge
    }

    /// With n other processes busy on c cores, a process gets c/(n + 1) of one, and no more than all of it.
    private func slowdown(_ fields: YAMLFields<Keys.Edge>, cores: Int) throws -> Schedule<Double> {
        guard let load = fields[.load] else {
            return try fields[.slowdown].map(factors) ?? .constant(1)
        }
        let base = try fields[.slowdown]?.number(in: Limit.factor) ?? 1
        let reading = try trace(load.text(), of: load, TraceReading.Options())
        guard reading.carries.contains(.load) else { throw load.error("is a trace without a load") }
        return reading.trace.schedule.mapValues { base * max(1, ($0.edgeLoad + 1) / Double(cores)) }
    }

    private func thermal(_ value: YAMLValue) throws(DocumentError) -> Thermal {
        let fields = try value.fields(Keys.Thermal.self)
        var thermal = Thermal()
        func degrees(_ key: Keys.Thermal) throws(DocumentError) -> Double? {
            try fields[key]?.quantity(Quantity.temperature)
        }
        thermal.ambient = try degrees(.ambient) ?? thermal.ambient
        thermal.rise = try degrees(.rise) ?? thermal.rise
        thermal.throttleAt = try degrees(.throttleAt) ?? thermal.throttleAt
        thermal.releaseAt = try degrees(.releaseAt) ?? thermal.releaseAt
        thermal.timeConstant =
            try fields[.timeConstant]?.duration(in: .milliseconds(1)...Limit.day) ?? thermal.timeConstant
        thermal.slowdown = try fields[.slowdown]?.number(in: Limit.factor) ?? thermal.slowdown
        guard thermal.releaseAt <= thermal.throttleAt else {
            throw value.error("is released at more degrees than it is throttled at; lower release_at")
        }
        return thermal
    }

    func energy(_ value: YAMLValue) throws(DocumentError) -> EnergyModel {
        do throws(AssignmentError) {
            return try EnergyModel(parsing: value.scalar ?? "")
        } catch {
            throw value.error("is no energy model: \(error)")
        }
    }
}

extension ScenarioReader {
    /// A factor for good, or by the time from which each holds: `{0s: 1, 20s: 4}`.
    func factors(_ value: YAMLValue) throws(DocumentError) -> Schedule<Double> {
        try schedule(value) { value throws(DocumentError) in try value.number(in: Limit.factor) }
    }

    /// One value for good, or several, each from a time on; the first from 0s.
    func schedule<Value: Sendable>(
        _ value: YAMLValue, _ read: (YAMLValue) throws(DocumentError) -> Value
    ) throws(DocumentError) -> Schedule<Value> {
        guard value.isMapping else { return .constant(try read(value)) }
        var pieces: [Schedule<Value>.Piece] = []
        for (time, value) in try value.entries() {
            guard let start = try? Quantity.duration(time), start <= Limit.month else {
                throw value.error("is no time to hold from; write 0s, 20s, 5min")
            }
            pieces.append(.init(start: .zero + start, value: try read(value)))
        }
        guard pieces.first?.start == .zero, let schedule = Schedule(pieces: pieces) else {
            throw value.error("has times that do not begin at 0s and ascend")
        }
        return schedule
    }
}
