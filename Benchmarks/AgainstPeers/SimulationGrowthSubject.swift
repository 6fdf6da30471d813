import Foundation
import Model
import Sim

/// What a frame takes with 1 to 1,000 devices, an event with 10 to 100,000 pending, and whether runs keep within their limits.
struct SimulationGrowthSubject: Subject {
    private struct NoWorld: Error {}

    let instances = ["devices", "pending", "limits"]

    mutating func round(_ number: Int) throws -> [String: [String: Double]] {
        var figures: [String: [String: Double]] = ["pending": pending()]
        figures["devices"] = try devices()
        if number == 0 { figures["limits"] = try limits() }
        return figures
    }

    /// Nanoseconds a frame, by number of devices: each with workers of its own, and all with one pool.
    private func devices() throws -> [String: Double] {
        var times: [String: Double] = [:]
        for devices in [1, 3, 10, 30, 100, 300, 1_000] {
            let duration = Nanoseconds.seconds(Int64(max(10, 10_000 / devices)))
            times["own \(devices)"] = try run(devices, duration, perSecond: 10, workers: nil)
            times["pool \(devices)"] = try run(devices, duration, perSecond: 10, workers: devices / 10 + 1)
        }
        return times
    }

    private func run(_ devices: Int, _ duration: Nanoseconds, perSecond: Int64, workers: Int?) throws -> Double {
        guard
            let world = SimulatedWorlds.world(
                devices: devices, duration: duration, perSecond: perSecond, workers: workers)
        else { throw NoWorld() }
        var frames = 0
        let plan = SimulatedWorlds.position(of: "split")
        let time = try nanoseconds {
            var simulation = try Simulation(world: world, seed: 0) { _ in .fixed(plan) }
            simulation.runToEnd()
            frames = simulation.result.summary().frames
        }
        return time / Double(frames)
    }

    /// Nanoseconds to take the first event out and put another in, at a random time after it (the hold model).
    private func pending() -> [String: Double] {
        var times: [String: Double] = [:]
        for pending in [10, 100, 1_000, 10_000, 100_000] {
            var random = SeededGenerator(seed: 1)
            var queue = EventQueue<Int>()
            for number in 0..<pending { queue.insert(number, at: later(.zero, &random)) }
            let holds = 500_000
            let time = nanoseconds {
                for _ in 0..<holds {
                    guard let first = queue.pop() else { return }
                    queue.insert(first.payload, at: later(first.time, &random))
                }
            }
            times["\(pending)"] = time / Double(holds)
        }
        return times
    }

    private func later(_ time: Instant, _ random: inout SeededGenerator) -> Instant {
        time + Nanoseconds(Int64(random.next() >> 44))
    }

    /// Seconds that a day of 30 frames a second takes, and an hour of 1,000 devices at 10, with their memory in bytes.
    private func limits() throws -> [String: Double] {
        let day = try run(1, .seconds(86_400), perSecond: 30, workers: nil) * 30 * 86_400 / 1e9
        let own = try run(1_000, .seconds(3_600), perSecond: 10, workers: nil) * 36e6 / 1e9
        let pool = try run(1_000, .seconds(3_600), perSecond: 10, workers: 101) * 36e6 / 1e9
        return ["a day": day, "1,000 devices": own, "1,000 devices, one pool": pool, "bytes": peakMemory()]
    }

    /// The most that the process has held.
    private func peakMemory() -> Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").compactMap { Double($0) }.first ?? .nan) * 1024
    }
}
