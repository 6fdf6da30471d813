import Model
import Sim
import TestSupport
import Testing

/// A run of a random world, to its end.
func randomRun(seed: UInt64, log: Bool = false) throws -> (run: Simulation, world: World) {
    var random = RandomWorld(seed: seed)
    var options = RecordingOptions()
    options.log = log
    let drivers = random.drivers()
    let run = try Simulation(world: random.world, drivers: drivers, seed: seed, recording: options)
    return (run, random.world)
}

@Suite struct LogCheckerTests {
    @Test func randomWorldsObeyEveryRule() throws {
        var (answered, probes, inCells) = (0, 0, 0)
        for seed in 0..<1_000 as Range<UInt64> {
            var (run, world) = try randomRun(seed: seed, log: true)
            run.runToEnd()
            let log = run.takeLog()
            let breaches = LogChecker.breaches(in: log, of: world)
            #expect(breaches == [], "seed \(seed)")
            probes += log.count { $0.kind == .edgeEnded && $0.frame == nil }
            if !world.cells.isEmpty { inCells += log.count { $0.kind == .sendEnded || $0.kind == .returnEnded } }
            answered += run.result.summary().latency?.frames ?? 0
        }
        #expect(answered > 40_000 && probes > 100 && inCells > 10_000, "\(probes) probes, \(inCells) in cells")
    }

    /// Shares are checked to the nanosecond: a log is not that of a cell which is one part in a thousand faster.
    @Test func aLogOfAnotherCellIsFound() throws {
        var planted = 0
        for seed in 0..<200 as Range<UInt64> {
            var (run, world) = try randomRun(seed: seed, log: true)
            run.runToEnd()
            let log = run.takeLog()
            guard let cell = world.cells.first else { continue }
            let faster = cell.trace.schedule.pieces.map { piece in
                var piece = piece
                piece.value.uplink = BitRate(bitsPerSecond: piece.value.uplink.bitsPerSecond * 1.001)
                return piece
            }
            world.cells[0].trace = try #require(Trace(pieces: faster, duration: cell.trace.duration))
            planted += LogChecker.breaches(in: log, of: world).isEmpty ? 0 : 1
        }
        // Where links are slower than their shares, the cell's rate makes no difference.
        #expect(planted > 10, "\(planted)")
    }
}

/// Logs that something has been done to.
@Suite struct PlantedFaultTests {
    /// Every sort of damage, to entries where it must show.
    @Test func damageIsFound() throws {
        var planted = 0
        for seed in 0..<100 as Range<UInt64> {
            var (run, world) = try randomRun(seed: seed, log: true)
            run.runToEnd()
            let log = run.takeLog()
            guard !log.isEmpty else { continue }
            var random = SeededGenerator(seed: seed)
            for damage in Damage.allCases {
                guard let (damaged, index) = damage.done(to: log, in: world, using: &random) else { continue }
                planted += 1
                let breaches = LogChecker.breaches(in: damaged, of: world)
                #expect(!breaches.isEmpty, "seed \(seed), \(damage) at entry \(index): \(log[index])")
            }
        }
        #expect(planted > 700)
    }
}

private enum Damage: CaseIterable {
    /// A stage is missing, comes twice, or goes back in time; a frame has two ends, another plan, or other bytes.
    case missing, twice, backInTime, secondEnd, otherPlan, otherBytes
    /// A transfer over a link of its own ends a nanosecond early; an edge's work takes longer; a frame of a device that is not there.
    case early, longer, noDevice, noFrame
    /// A transfer in a cell ends a nanosecond early, or late.
    case earlyInCell, lateInCell

    func done(
        to log: [LogEntry], in world: World, using random: inout SeededGenerator
    ) -> (log: [LogEntry], index: Int)? {
        let candidates = log.indices.filter { isVisible(at: $0, in: log, world) }
        guard let index = candidates.randomElement(using: &random) else { return nil }
        var damaged = log
        switch self {
        case .missing: damaged.remove(at: index)
        case .twice: damaged.insert(log[index], at: index)
        case .backInTime: damaged[index].time = log[index - 1].time - Nanoseconds(1)
        case .secondEnd:
            var end = log[index]
            end.kind = .lost
            damaged.append(end)
            damaged[damaged.count - 1].time = log[log.count - 1].time
        case .otherPlan: damaged[index].plan = 1 - min(log[index].plan ?? 0, 1)
        case .otherBytes: damaged[index].bytes += 1
        case .early, .earlyInCell: damaged[index].time = log[index].time - Nanoseconds(1)
        case .longer, .lateInCell: damaged[index].time = log[index].time + Nanoseconds(1)
        case .noDevice: damaged[index].device = 10_000
        case .noFrame: damaged[index].frame = 1_000_000
        }
        return (damaged, index)
    }

    private func isVisible(at index: Int, in log: [LogEntry], _ world: World) -> Bool {
        let entry = log[index]
        guard entry.frame != nil, let device = entry.device else { return false }
        let group = world.devices[groupIndex(of: device, world)]
        let isLast = !log[(index + 1)...].contains { $0.device == device && $0.frame == entry.frame }
        switch self {
        case .missing:
            return !isLast && ![.gaveUp, .refused, .abandoned, .answered, .answeredAlone, .lost].contains(entry.kind)
        case .twice, .noFrame: return entry.kind != .captured || self == .twice
        case .backInTime: return index > 0
        case .secondEnd: return [.answered, .answeredAlone, .lost].contains(entry.kind)
        case .otherPlan: return group.planSet.plans.count > 1 && entry.kind != .captured
        case .otherBytes: return entry.kind == .sendBegan || entry.kind == .returnBegan
        case .early:
            return entry.kind == .sendEnded && group.link.cell == nil && index > 0 && entry.time > log[index - 1].time
                && entry.bytes > 0
        case .longer:
            return entry.kind == .edgeEnded && group.edge.discipline == .firstCome && group.edge.thermal == nil
                && group.moves.buildSlowdown == 1 && !isLast && index + 1 < log.count
                && log[index + 1].time > entry.time
        case .noDevice: return true
        case .earlyInCell, .lateInCell:
            guard [.sendEnded, .returnEnded].contains(entry.kind), group.link.cell != nil, entry.bytes > 0 else {
                return false
            }
            let isEarly = self == .earlyInCell
            return isEarly
                ? index > 0 && entry.time > log[index - 1].time
                : index + 1 < log.count && log[index + 1].time > entry.time
        }
    }

    private func groupIndex(of device: Int, _ world: World) -> Int {
        var left = device
        for (index, group) in world.devices.enumerated() {
            if left < group.count { return index }
            left -= group.count
        }
        return 0
    }
}
