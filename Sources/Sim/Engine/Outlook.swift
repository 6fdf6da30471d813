/// A model of what becomes of a device's next frames, for who knows the future: stations, and frames that pass them one after
/// another.
///
/// Taking for each frame the plan that answers it first fills queues that later frames wait in. So sequences of plans are searched
/// some frames ahead, and the first plan of the best is taken; at the next frame the search begins anew from what came to be.
///
/// - Of all sequences the best `width` are kept, frame by frame, over the first `near` frames (beam search; Lowerre, "The HARPY
///   speech recognition system", 1976). What a sequence is worth is its sum of latencies, and what the backlogs that it leaves will
///   cost: work for a time b before a station delays b / interval frames by b / 2 on average. Of sequences that leave the stations
///   alike the better stays: where nothing waits, one is left after one frame, and the search ends there.
/// - Where nothing keeps up, backlogs are not worked off, and a beam does not see far. So its best sequence, continued by the one
///   plan that is then best, is held against the best of parallel rollout (Chang, Givan and Chong, "Parallel rollout for online
///   solution of partially observable Markov decision processes", Discrete Event Dynamic Systems 14(3), 2004) over all of `times`:
///   this frame under one plan and those behind it under another. Were these to go on to the end, that would be no worse than any
///   fixed plan.
protocol Outlook {
    associatedtype Stations

    /// Takes a frame through the stations, before any later one.
    ///
    /// - Returns: nanoseconds to its answer, or what they count for; `nil` where none ever comes.
    mutating func pass(_ stations: inout Stations, at time: Int64, plan: Int) -> Double?
    /// Squares of the times for which the stations have work yet, summed, in square nanoseconds.
    func backlog(_ stations: Stations, at time: Int64) -> Double
    /// Whether what comes at `time` or later finds both the same.
    func isAlike(_ a: Stations, _ b: Stations, at time: Int64) -> Bool
}

/// A sequence of plans and what it leaves.
private struct Branch<Stations> {
    var stations: Stations
    var first: Int
    var sum: Double
    var worth: Double
}

extension Outlook {
    /// What a frame counts for that is never answered: eleven days.
    private var forsaken: Double { 1e15 }

    /// The first plan of the best sequence that is found.
    ///
    /// - Parameters:
    ///   - plans: not none; of sequences of equal worth the one stays that has the first of them.
    ///   - times: of the frames' captures, ascending, the first that of the frame to be decided.
    ///   - interval: between frames on average, nanoseconds.
    /// - Complexity: O(near · width · plans + times · plans²) passes.
    mutating func bestFirst(
        of plans: [Int], from stations: Stations, at times: [Int64], interval: Double, near: Int, width: Int
    ) -> Int {
        let beam = beam(of: plans, from: stations, at: times.prefix(near), interval: interval, width: width)
        if beam.isAlone { return beam.best.first }
        let rest = times.dropFirst(near)
        var sum = Double.infinity
        for plan in plans {
            sum = min(sum, continued(beam.best.stations, by: plan, at: rest, sum: beam.best.sum, below: sum))
        }
        return rolledOutFirst(of: plans, from: stations, at: times, below: (sum, beam.best.first))
    }

    /// - Returns: the sequence of most worth, and whether no other is left, since all leave the stations alike.
    private mutating func beam(
        of plans: [Int], from stations: Stations, at times: ArraySlice<Int64>, interval: Double, width: Int
    ) -> (best: Branch<Stations>, isAlone: Bool) {
        var branches = [Branch(stations: stations, first: plans[0], sum: 0, worth: 0)]
        for (number, time) in times.enumerated() {
            let next =
                number + 1 < times.count ? times[times.startIndex + number + 1] : time + Int64(min(interval, 1e18))
            var kept: [Branch<Stations>] = []
            kept.reserveCapacity(width + 1)
            for root in branches {
                for plan in plans {
                    var branch = root
                    branch.sum += pass(&branch.stations, at: time, plan: plan) ?? forsaken
                    branch.worth = branch.sum + backlog(branch.stations, at: next) / (2 * interval)
                    if number == 0 { branch.first = plan }
                    keep(branch, among: &kept, width: width, at: next)
                }
            }
            branches = kept
            if branches.count == 1 { return (branches[0], true) }
        }
        return (branches[0], false)
    }

    /// In the order of their worth; of those alike the first.
    private func keep(
        _ branch: Branch<Stations>, among kept: inout [Branch<Stations>], width: Int, at time: Int64
    ) {
        var place = kept.count
        while place > 0, branch.worth < kept[place - 1].worth { place -= 1 }
        guard place < width else { return }
        if kept[..<place].contains(where: { isAlike($0.stations, branch.stations, at: time) }) { return }
        if let worse = kept[place...].firstIndex(where: { isAlike($0.stations, branch.stations, at: time) }) {
            kept.remove(at: worse)
        } else if kept.count == width {
            kept.removeLast()
        }
        kept.insert(branch, at: place)
    }

    /// The first of the plans with the least sum of latencies of this frame and the next ones, if these all had the one plan that
    /// is then best; `known.first`, where that sum is no less than `known.sum`.
    ///
    /// - Complexity: O(plans² · times) passes.
    mutating func rolledOutFirst(
        of plans: [Int], from stations: Stations, at times: [Int64], below known: (sum: Double, first: Int)
    ) -> Int {
        var best = known
        for plan in plans {
            var reached = stations
            let own = pass(&reached, at: times[0], plan: plan) ?? forsaken
            for base in plans {
                let sum = continued(reached, by: base, at: times.dropFirst(), sum: own, below: best.sum)
                if sum < best.sum { best = (sum, plan) }
            }
        }
        return best.first
    }

    /// `sum` with the latencies of further frames under one plan; no less than `bound` where it comes to that.
    private mutating func continued(
        _ stations: Stations, by plan: Int, at times: ArraySlice<Int64>, sum: Double, below bound: Double
    ) -> Double {
        var stations = stations
        var sum = sum
        for time in times {
            if sum >= bound { break }
            sum += pass(&stations, at: time, plan: plan) ?? forsaken
        }
        return sum
    }
}

extension Outlook {
    /// Of the time from one moment to a later one, nothing where that is past.
    @inline(__always)
    func squaredSpan(_ start: Int64, _ end: Int64) -> Double {
        let span = end > start ? Double(end - start) : 0
        return span * span
    }

    /// Whether two moments are one to what comes from `time` on.
    @inline(__always)
    func isSame(_ one: Int64, _ other: Int64, from time: Int64) -> Bool {
        one == other || one <= time && other <= time
    }
}

extension ArrivalProcess {
    /// A frame's capture, and those of up to `count - 1` after it that come before `end`.
    func times(from time: Int64, count: Int, before end: Int64) -> [Int64] {
        var later = self
        var times = [time]
        times.reserveCapacity(count)
        while times.count < count, let next = later.next(), next < end { times.append(next) }
        return times
    }
}
