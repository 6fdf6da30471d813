import Benchmark
import Codec
import Controller
import MadeUp
import Model
import Optimizer
import Telemetry

let benchmarks: @Sendable () -> Void = {
    Benchmark.register("split over whole", "split", over: "whole", unit: .perSecond) {
        let pipelines = try Pipelines(cut: "block3.project", bits: 4)
        var (ours, peers) = (0, 0)
        return Contest(batch: 1) {
            blackHole(try pipelines.split(pipelines.frames[ours % pipelines.frames.count]))
            ours += 1
        } peer: {
            blackHole(try pipelines.whole(pipelines.frames[peers % pipelines.frames.count]))
            peers += 1
        }
    }
    Benchmark.register("head of integers over floats", "integers", over: "floats", unit: .perSecond) {
        let heads = try Heads()
        var (ours, peers) = (0, 0)
        return Contest(batch: 1) {
            blackHole(try heads.inIntegers(heads.frames[ours % heads.frames.count]))
            ours += 1
        } peer: {
            blackHole(try heads.inFloats(heads.frames[peers % heads.frames.count]))
            peers += 1
        }
    }
    registerDecisions()
    registerCodec()
    registerTelemetry()
    registerStore()
}

private func registerDecisions() {
    Benchmark.register("decision: step on a window of 32", "step") {
        var device = SettledDevice(plans: 64)
        return Contest(batch: 200) { try device.step() }
    }
    Benchmark.register("decision: best under one condition", "best", over: "each plan's latency") {
        let planSet = MadeUpDecisions.planSet(64)
        let conditions = MadeUpDecisions.window(1).newest
        return Contest(batch: 2000) {
            blackHole(planSet.best(under: conditions))
        } peer: {
            blackHole(planSet.plans.map { $0.latency(under: conditions) }.min())
        }
    }
    Benchmark.register("decision: best by p95 over 256 samples", "best", over: "each plan's p95") {
        let planSet = MadeUpDecisions.planSet(64)
        let window = MadeUpDecisions.window(256)
        // Each in a set of its own, so that none is looked up.
        let singles = planSet.plans.map { PlanSet(model: planSet.model, plans: [$0]) }
        return Contest(batch: 20) {
            blackHole(planSet.best(for: window, objective: .quantile(0.95)))
        } peer: {
            blackHole(singles.map { $0.value(of: $0.plans[0], for: window, objective: .quantile(0.95)) }.min())
        }
    }
}

private func registerCodec() {
    for (bits, shape) in [(4, TensorShape([1, 64, 14, 14])), (8, TensorShape([1, 3, 224, 224]))] {
        let size = "\(shape.elementCount) floats at \(bits) bits"
        Benchmark.register("codec: encode \(size)", "encode", over: "memcpy") {
            let coding = try Fixtures.Coding(shape, bits: bits)
            return Contest(batch: 50) {
                blackHole(try coding.codec.encode(coding.values))
            } peer: {
                coding.copy()
            }
        }
        Benchmark.register("codec: decode \(size)", "decode", over: "memcpy") {
            let coding = try Fixtures.Coding(shape, bits: bits)
            let payloads = try coding.codec.encode(coding.values)
            return Contest(batch: 50) {
                blackHole(try coding.codec.decode(payloads))
            } peer: {
                coding.copy()
            }
        }
    }
}

private func registerTelemetry() {
    Benchmark.register("telemetry: record a sample", "record") {
        var feed = Fixtures.Feed()
        return Contest(batch: 1000) { feed.recordNext() }
    }
    Benchmark.register("telemetry: record and forecast a rate", "forecast") {
        var (forecaster, feed) = (Forecaster(), Fixtures.Rates())
        return Contest(batch: 1000) {
            let rate = feed.next()
            forecaster.record(time: rate.time, value: rate.bitsPerSecond)
            blackHole(forecaster.forecast)
        }
    }
    Benchmark.register("telemetry: insert into a window of 1,200, its median", "window") {
        var (window, feed) = (SlidingWindow(length: .seconds(30), capacity: 2048), Fixtures.Rates())
        return Contest(batch: 1000) {
            let rate = feed.next()
            window.insert(time: rate.time, value: rate.bitsPerSecond)
            blackHole(window.quantile(0.5))
        }
    }
    Benchmark.register("telemetry: 32 moments, bounds and readings, in place", "estimate") {
        var feed = Fixtures.Feed()
        for _ in 0..<1000 { feed.recordNext() }
        let (estimator, now) = (feed.estimator, feed.now)
        var estimate = ConditionsEstimate()
        return Contest(batch: 200) {
            estimator.estimate(at: now, into: &estimate)
            blackHole(estimate.samples[0])
        }
    }
    Benchmark.register("telemetry: the window of 32 moments", "window") {
        var feed = Fixtures.Feed()
        for _ in 0..<1000 { feed.recordNext() }
        let estimator = feed.estimator
        let now = feed.now
        return Contest(batch: 200) { blackHole(estimator.window(at: now)) }
    }
}
