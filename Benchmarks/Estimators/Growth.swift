import CAllocations
import Foundation
import Model
import Telemetry

/// What a sample and a look at the windows cost, as the devices grow in number.
struct Growth: Encodable {
    struct Point: Encodable {
        var devices: Int
        /// Medians over rounds.
        var recordNs: Double
        var readNs: Double
        /// Memory that a device with full windows holds.
        var bytesADevice: Double
        /// By a sample and a look, once the windows are full.
        var allocations: Int
    }

    private(set) var points: [Point] = []

    init(upTo most: Int) {
        for devices in [10, 100, 1000, 10_000, 100_000] where devices <= most {
            points.append(Self.point(devices: devices))
        }
    }

    /// Every device is told as many samples as its windows hold; then devices in a scattered order get a sample each and are
    /// looked at.
    private static func point(devices: Int) -> Point {
        let before = bytes_held()
        var fleet = Fleet(devices: devices)
        fleet.fill()
        let memory = bytes_held() - before
        var (records, reads): ([Double], [Double]) = ([], [])
        var allocations = 0
        for _ in 0..<15 {
            let counted = allocations_so_far()
            records.append(fleet.record(4000))
            reads.append(fleet.read(4000))
            allocations = allocations_so_far() - counted
        }
        return Point(
            devices: devices, recordNs: records.sorted()[7], readNs: reads.sorted()[7],
            bytesADevice: Double(memory) / Double(devices), allocations: allocations)
    }
}

/// Devices whose links vary, each told a sample of one metric or another every 25 ms of its own time.
private struct Fleet {
    private var estimators: [ConditionsEstimator]
    private var turns: [Int]
    private var random = SeededGenerator(seed: 1)
    private var place = 0
    private var estimate = ConditionsEstimate()
    private let metrics = Metric.allCases

    init(devices: Int) {
        estimators = Array(repeating: ConditionsEstimator(), count: devices)
        turns = Array(repeating: 0, count: devices)
    }

    mutating func fill() {
        for device in estimators.indices {
            for _ in 0..<1100 { sample(device) }
        }
    }

    /// - Returns: nanoseconds a sample.
    mutating func record(_ count: Int) -> Double {
        nanoseconds(count) { fleet in fleet.sample(fleet.nextPlace()) }
    }

    /// - Returns: nanoseconds a look.
    mutating func read(_ count: Int) -> Double {
        nanoseconds(count) { fleet in
            let device = fleet.nextPlace()
            fleet.estimators[device].estimate(at: fleet.time(of: device), into: &fleet.estimate)
        }
    }

    private mutating func nanoseconds(_ count: Int, _ call: (inout Self) -> Void) -> Double {
        let start = ContinuousClock.now
        for _ in 0..<count { call(&self) }
        return (ContinuousClock.now - start) / .nanoseconds(1) / Double(count)
    }

    /// Scattered, so that no device is in the cache because its neighbour was.
    private mutating func nextPlace() -> Int {
        place = (place + 61_803) % estimators.count
        return place
    }

    private func time(of device: Int) -> Instant { .zero + .milliseconds(25) * Int64(turns[device]) }

    private mutating func sample(_ device: Int) {
        let metric = metrics[turns[device] % metrics.count]
        turns[device] += 1
        let isRate = metric == .uplink || metric == .downlink
        let value = (isRate ? 8e6 : 0.02) * (0.9 + 0.2 * random.nextUnit())
        estimators[device].record(Sample(metric: metric, time: time(of: device), value: value))
    }
}
