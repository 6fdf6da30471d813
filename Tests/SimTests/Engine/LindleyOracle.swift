import Model
import Sim
import TestSupport

/// A device with a worker of its own by Lindley's recursion (1952): frame after frame, each station begins when the frame is there
/// and the one before has left. It knows no events.
struct LindleyOracle {
    let planSet: PlanSet
    let conditions: Schedule<Conditions>
    /// When each station is free.
    var free = [Int64](repeating: 0, count: 4)
    var lastAtCloud: Int64 = 0
    var lastAnswer: Int64 = 0
    /// Frames without a receipt, at most; and when each receipt came.
    var window: Int?
    private var receipts: [Int64] = []
    /// Whether an answer waits for the end of an outage.
    var holdsAnswers = false

    init(_ planSet: PlanSet, _ conditions: Schedule<Conditions>) {
        self.planSet = planSet
        self.conditions = conditions
    }

    func at(_ time: Int64) -> Conditions { conditions.value(at: Instant(nanoseconds: time)) }

    /// Goes from piece to piece by looking a nanosecond ahead of every boundary.
    func transfer(_ bytes: Int, from start: Int64, _ rate: (Conditions) -> BitRate) -> Int64? {
        var left = Int64(bytes) * 8 * 1_000_000_000
        var now = start
        for piece in conditions.pieces.map(\.start.nanoseconds) + [Int64.max] where piece > now {
            let speed = Int64(rate(at(now)).bitsPerSecond)
            if speed > 0, left <= (piece - now).multipliedReportingOverflow(by: speed).partialValue || piece == .max {
                return now + (left + speed - 1) / speed
            }
            if piece == .max { return left == 0 ? now : nil }
            left -= speed * (piece - now)
            now = piece
        }
        return nil
    }

    mutating func answer(_ plan: Plan, captured: Int64) -> Int64? {
        let begin = max(captured, free[0])
        let work = plan.isEdgeOnly ? plan.edgeWork : plan.edgeWork + plan.encodeWork
        let atEdge = begin + work.scaled(by: at(begin).edgeSlowdown).count
        free[0] = atEdge
        if plan.isEdgeOnly { return atEdge }
        guard free[1] != .max,
            let sent = transfer(plan.transmitBytes, from: max(atEdge, free[1], windowOpens), \.uplink)
        else {
            free[1] = .max
            return nil
        }
        free[1] = sent
        receipts.append(sent + at(sent).rtt.count)
        lastAtCloud = max(lastAtCloud, sent + at(sent).rtt.count / 2 + at(sent).cloudQueue.count)
        let cloudBegin = max(lastAtCloud, free[2])
        free[2] = cloudBegin + plan.cloudWork.scaled(by: at(cloudBegin).cloudSlowdown).count
        guard free[3] != .max, let back = transfer(plan.resultBytes, from: max(free[2], free[3]), \.downlink) else {
            free[3] = .max
            return nil
        }
        free[3] = back
        let rtt = at(back).rtt.count
        guard let there = held(until: back + rtt - rtt / 2) else {
            free[3] = .max
            return nil
        }
        lastAnswer = max(lastAnswer, there)
        return lastAnswer
    }

    /// When fewer frames than the window are without a receipt: all but so many have theirs.
    private var windowOpens: Int64 {
        guard let window, receipts.count >= window else { return 0 }
        return receipts.sorted()[receipts.count - window]
    }

    private func held(until arrival: Int64) -> Int64? {
        guard holdsAnswers else { return arrival }
        let moments = [arrival] + conditions.pieces.map(\.start.nanoseconds).filter { $0 > arrival }
        return moments.first { at($0).uplink > .zero && at($0).downlink > .zero }
    }
}

func randomSchedule(using random: inout SeededGenerator) -> Schedule<Conditions>? {
    var time = Instant.zero
    let samples = (0..<Int.random(in: 1...8, using: &random)).map { _ in
        defer { time += .milliseconds(.random(in: 1...900, using: &random)) }
        return (time, randomConditions(using: &random))
    }
    return Schedule(recorded: samples)
}
