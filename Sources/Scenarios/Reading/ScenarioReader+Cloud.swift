import Model
import Sim
import YAMLReading

extension ScenarioReader {
    func cloud(_ value: YAMLValue) throws(DocumentError) -> CloudPool {
        let fields = try value.fields(Keys.Cloud.self)
        var pool = CloudPool()
        pool.workers = try fields[.workers]?.integer(in: 1...100_000)
        pool.slowdown = try fields[.slowdown].map { value throws(DocumentError) in try factors(value) } ?? pool.slowdown
        if let queue = fields[.foreignQueue] {
            pool.foreignQueue = try schedule(queue) { value throws(DocumentError) in
                try value.duration(in: .zero...Limit.hour)
            }
        }
        pool.batching = try fields[.batching].map(batching)
        pool.scaling = try fields[.scaling].map(scaling)
        return pool
    }

    private func batching(_ value: YAMLValue) throws(DocumentError) -> CloudPool.Batching {
        let fields = try value.fields(Keys.Batching.self)
        var batching = CloudPool.Batching()
        batching.most = try fields[.most]?.integer(in: 1...1000) ?? batching.most
        batching.wait = try fields[.wait]?.duration(in: .zero...Limit.hour) ?? batching.wait
        batching.marginal = try fields[.marginal]?.number(in: 0...1) ?? batching.marginal
        return batching
    }

    private func scaling(_ value: YAMLValue) throws(DocumentError) -> CloudPool.Scaling {
        let fields = try value.fields(Keys.Scaling.self)
        var scaling = CloudPool.Scaling()
        scaling.least = try fields[.least]?.integer(in: 1...100_000) ?? scaling.least
        scaling.most = try fields[.most]?.integer(in: 1...100_000) ?? scaling.most
        scaling.target = try fields[.target]?.number(in: 0.01...1) ?? scaling.target
        scaling.period = try fields[.period]?.duration(in: .milliseconds(1)...Limit.day) ?? scaling.period
        scaling.coldStart = try fields[.coldStart]?.duration(in: .zero...Limit.day) ?? scaling.coldStart
        guard scaling.least <= scaling.most else { throw value.error("has fewer workers at most than at least") }
        return scaling
    }

    func telemetry(_ value: YAMLValue) throws(DocumentError) -> TelemetryModel {
        let fields = try value.fields(Keys.Telemetry.self)
        var model = TelemetryModel()
        func span(_ key: Keys.Telemetry, _ standard: Nanoseconds, least: Nanoseconds) throws(DocumentError)
            -> Nanoseconds
        {
            try fields[key]?.duration(in: least...Limit.hour) ?? standard
        }
        model.period = try span(.period, model.period, least: .milliseconds(1))
        model.lag = try span(.lag, model.lag, least: .zero)
        model.noise = try fields[.noise]?.number(in: 0...10) ?? model.noise
        model.pingPeriod = try span(.pingPeriod, model.pingPeriod, least: .milliseconds(1))
        model.probeAfter = try span(.probeAfter, model.probeAfter, least: .milliseconds(1))
        model.probeBytes = try fields[.probeBytes]?.bytes(in: 1...1 << 30) ?? model.probeBytes
        model.outageDetection = try span(.outageDetection, model.outageDetection, least: .zero)
        return model
    }
}
