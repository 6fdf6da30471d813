import Model
import Sim

/// The least mean latency that anybody found who knows the whole future and moves for nothing: what the others are measured by.
///
/// Taking for each frame the plan that answers it first is no bound: it fills queues that later frames wait in. Here sequences of
/// plans are searched, frame by frame, with the best `width` of them kept (beam search; Lowerre, "The HARPY speech recognition
/// system", 1976). What a sequence is worth is its sum of latencies so far, and what its backlogs will cost: work for a time b before a
/// station delays b / interval frames by b / 2 on average. Sequences that leave the stations alike are one, the better; so without
/// queues the search is exact.
///
/// Frames pass the stations as in `Simulation`, by Lindley's recursion: an edge of one core and a link of their own, and a worker
/// whenever they need one.
struct Clairvoyant {
    private static let width = 12

    private let plans: [Demand]
    private let up: Transfers
    private let down: Transfers
    private let trace: Trace
    private let offset: Int64
    private let slowdown: Schedule<Double>
    private let interval: Int64

    /// What a plan asks of the stations.
    private struct Demand {
        var isEdgeOnly: Bool
        var edge: Nanoseconds
        var sentBytes: Int
        var cloud: Int64
        var returnedBytes: Int

        init(_ plan: Plan) {
            isEdgeOnly = plan.isEdgeOnly
            edge = isEdgeOnly ? plan.edgeWork : plan.edgeWork + plan.encodeWork
            (sentBytes, cloud, returnedBytes) = (plan.transmitBytes, plan.cloudWork.count, plan.resultBytes)
        }
    }

    /// Where a sequence of plans has brought the stations: when each is free, and how long its frames took.
    private struct Path {
        var edge: Int64 = 0
        var up: Int64 = 0
        var atCloud: Int64 = 0
        var down: Int64 = 0
        var answer: Int64 = 0
        var sum: Int64 = 0
        /// Of `sum`, and of what the backlogs will cost.
        var worth = 0.0

        /// Whether both leave the stations the same.
        func isAlike(_ other: Path) -> Bool {
            edge == other.edge && up == other.up && atCloud == other.atCloud && down == other.down
                && answer == other.answer
        }
    }

    /// - Precondition: one device, its frames periodic.
    init(_ world: World) {
        let group = world.devices[0]
        plans = group.planSet.plans.map(Demand.init)
        trace = group.link.trace
        offset = group.link.offset.count
        let end = world.duration.count * 4
        up = Transfers(trace, from: offset, to: end) { $0.uplink.bitsPerSecond * (1 - min(max($0.loss, 0), 1)) }
        down = Transfers(trace, from: offset, to: end) { $0.downlink.bitsPerSecond * (1 - min(max($0.loss, 0), 1)) }
        slowdown = group.edge.slowdown
        interval = (group.arrivals.meanInterval ?? .seconds(1)).count
    }

    /// - Returns: nanoseconds; `nil` where frames are left unanswered.
    func mean(frames: Int) -> Double? {
        var paths = [Path()]
        for frame in 0..<frames {
            let captured = Int64(frame) * interval
            var kept: [Path] = []
            for path in paths {
                for plan in plans {
                    guard let next = answer(plan, captured, path) else { continue }
                    keep(settled(next, at: captured + interval), among: &kept)
                }
            }
            paths = kept
        }
        return paths.map(\.sum).min().map { Double($0) / Double(frames) }
    }

    /// That frames pass the stations here as they do in the simulation: a fixed plan has the same mean.
    ///
    /// - Throws: `Disagreement`.
    func check(_ simulated: Standing, plans planSet: PlanSet, frames: Int) throws {
        guard let plan = planSet.plans.firstIndex(where: { $0.id == simulated.policy }), simulated.lost == 0 else {
            return
        }
        var path = Path()
        for frame in 0..<frames {
            guard let next = answer(plans[plan], Int64(frame) * interval, path) else {
                throw Disagreement(plan: simulated.policy, simulated: simulated.mean, found: .infinity)
            }
            path = next
        }
        let mean = Double(path.sum) / Double(frames) / 1e6
        guard abs(mean - simulated.mean) <= 1e-5 + 1e-7 * mean else {
            throw Disagreement(plan: simulated.policy, simulated: simulated.mean, found: mean)
        }
    }

    struct Disagreement: Error {
        var plan: String
        /// Milliseconds.
        var simulated: Double
        var found: Double
    }

    private func answer(_ plan: Demand, _ captured: Int64, _ path: Path) -> Path? {
        var path = path
        let begin = max(captured, path.edge)
        path.edge = begin + plan.edge.scaled(by: slowdown.value(at: Instant(nanoseconds: begin))).count
        guard !plan.isEdgeOnly else {
            path.sum += path.edge - captured
            return path
        }
        guard let sent = up.end(of: plan.sentBytes, from: max(path.edge, path.up)) else { return nil }
        path.up = sent
        path.atCloud = max(path.atCloud, sent + rtt(at: sent) / 2)
        guard let back = down.end(of: plan.returnedBytes, from: max(path.atCloud + plan.cloud, path.down)) else {
            return nil
        }
        path.down = back
        let rtt = rtt(at: back)
        path.answer = max(path.answer, back + rtt - rtt / 2)
        path.sum += path.answer - captured
        return path
    }

    private func rtt(at time: Int64) -> Int64 { trace.state(at: Nanoseconds(time + offset)).rtt.count }

    /// What is past does not tell paths apart.
    private func settled(_ path: Path, at now: Int64) -> Path {
        var path = path
        (path.edge, path.up, path.down) = (max(path.edge, now), max(path.up, now), max(path.down, now))
        (path.atCloud, path.answer) = (max(path.atCloud, now), max(path.answer, now))
        let (edge, up) = (Double(path.edge - now), Double(path.up - now))
        path.worth = Double(path.sum) + (edge * edge + up * up) / (2 * Double(interval))
        return path
    }

    /// The `width` of most worth, in that order; of those alike the first.
    private func keep(_ path: Path, among kept: inout [Path]) {
        var place = kept.count
        while place > 0, path.worth < kept[place - 1].worth { place -= 1 }
        if place == Self.width || kept[..<place].contains(where: { $0.isAlike(path) }) { return }
        if let worse = kept[place...].firstIndex(where: { $0.isAlike(path) }) {
            kept.remove(at: worse)
        } else if kept.count == Self.width {
            kept.removeLast()
        }
        kept.insert(path, at: place)
    }
}
