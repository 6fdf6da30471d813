import Foundation
import Model
import Sim
import Testing

/// The estimate from all that was seen, solved anew each time by elimination.
private struct DumbRegression {
    var rows: [(x: [Double], y: Double)] = []

    /// (I + Σ x xᵀ)⁻¹ v.
    func solve(_ v: [Double]) -> [Double] {
        let n = v.count
        var a = (0..<n).map { i in (0..<n).map { i == $0 ? 1.0 : 0 } + [v[i]] }
        for row in rows {
            for i in 0..<n { for j in 0..<n { a[i][j] += row.x[i] * row.x[j] } }
        }
        for pivot in 0..<n {
            for i in 0..<n where i != pivot {
                let factor = a[i][pivot] / a[pivot][pivot]
                for j in 0...n { a[i][j] -= factor * a[pivot][j] }
            }
        }
        return (0..<n).map { a[$0][n] / a[$0][$0] }
    }

    func estimate(_ x: [Double]) -> Double {
        let b = x.indices.map { i in rows.reduce(0) { $0 + $1.x[i] * $1.y } }
        return dot(x, solve(b))
    }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map { $0 * $1 }.reduce(0, +) }

/// Whether a forced frame is due after so many frames, written out from the phases; `remote`: which came from the cloud.
private func dumbIsDue(_ remote: [Bool]) -> (isDue: Bool, length: Int) {
    var (start, length, isDue) = (0, 200, false)
    for (index, isRemote) in remote.enumerated() {
        if isRemote { isDue = false }
        if (index + 1 - start) % Int(ceil(pow(Double(length), 0.25) - 1e-9)) == 0 { isDue = true }
        if index + 1 - start == length { (start, length) = (start + length, length * 2) }
    }
    return (isDue, length)
}

@Suite struct ANSTests {
    private func contexts(_ plans: [Plan]) -> [[Double]] {
        let bytes = Double(plans.map(\.transmitBytes).max() ?? 0)
        let tail = plans.map(\.cloudWork.inMilliseconds).max() ?? 0
        return plans.map { plan in
            if plan.isEdgeOnly { return [0, 0, 0] }
            return [
                1, bytes > 0 ? Double(plan.transmitBytes) / bytes : 0,
                tail > 0 ? plan.cloudWork.inMilliseconds / tail : 0,
            ]
        }
    }

    /// The least lower bound of the delay, among the plans that leave the edge where a forced frame is due.
    @Test func takesTheLeastLowerBound() {
        var forced = 0
        for seed in 0..<400 as Range<UInt64> {
            var stream = ReadingStream(seed: seed)
            let plans = stream.planSet.plans
            let contexts = contexts(plans)
            let greatest = contexts.map { dot($0, $0) }.max() ?? 0
            var chooser = ANS(planSet: stream.planSet)
            var (samples, remote, dumb) = ([Sample](), [Bool](), DumbRegression())
            for round in 0..<80 {
                let (batch, frames) = (stream.nextSamples(), stream.nextFrames())
                samples += batch
                chooser.read(batch)
                chooser.read(frames)
                for frame in frames {
                    guard let plan = plans.firstIndex(where: { $0.id == frame.planID }) else { continue }
                    let isRemote = !plans[plan].isEdgeOnly && frame.answer == .planned
                    remote.append(isRemote)
                    let delay = frame.stages.network + frame.stages.workerCompute
                    if isRemote { dumb.rows.append((contexts[plan], delay.inMilliseconds)) }
                }
                guard round % 8 == 7 else { continue }
                let (isDue, length) = dumbIsDue(remote)
                let alpha = (1 + 0.05 * sqrt(3 * log((1 + Double(length) * greatest) / 0.1))) / 0.2
                let slowdown = dumbLast(.edgeSlowdown, samples)
                let bounds = plans.indices.map { index in
                    let (plan, x) = (plans[index], contexts[index])
                    let edge = plan.isEdgeOnly ? plan.edgeWork : plan.edgeWork + plan.encodeWork
                    return edge.inMilliseconds * slowdown + dumb.estimate(x)
                        - alpha * sqrt(0.8 * dot(x, dumb.solve(x)))
                }
                let isForced = isDue && plans.contains { !$0.isEdgeOnly }
                let least = plans.indices.filter { !isForced || !plans[$0].isEdgeOnly }.map { bounds[$0] }.min() ?? 0
                forced += isForced && bounds.min() != least ? 1 : 0
                guard let choice = chooser.choice() else {
                    Issue.record("seed \(seed): no choice")
                    continue
                }
                #expect(abs(bounds[choice] - least) <= 1e-6 * max(1, abs(least)), "seed \(seed)")
                #expect(!isForced || !plans[choice].isEdgeOnly, "seed \(seed)")
            }
        }
        #expect(forced > 20)
    }

    @Test func everyFourthFrameOfTheFirstPhaseIsForced() {
        var schedule = ForcedSampling()
        var due: [Int] = []
        for frame in 1...3000 {
            schedule.answered(isRemote: schedule.isDue)
            if schedule.isDue { due.append(frame) }
        }
        #expect(due.prefix(3) == [4, 8, 12])
        // 200 by 4, 400 by 5, 800 by 6, 1600 by 7 each from the start of the phase.
        #expect(due.count { $0 <= 200 } == 50 && due.count { (201...600).contains($0) } == 80)
        #expect(due.count { (601...1400).contains($0) } == 133 && due.count { $0 > 1400 } == 228)
    }

    /// What the edge answers teaches nothing of others.
    @Test func aForcedFrameStaysDueUntilOneIsBack() {
        var schedule = ForcedSampling()
        for _ in 0..<10 { schedule.answered(isRemote: false) }
        #expect(schedule.isDue)
        schedule.answered(isRemote: true)
        #expect(!schedule.isDue)
    }
}
