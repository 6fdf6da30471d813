public import Model

/// What became of the frames of a run, by the time of their capture, in steps of equal length.
public struct TimeSeries: Hashable, Sendable {
    public struct Step: Hashable, Sendable {
        public var frames = 0
        public var lost = 0
        /// Answered by the edge alone because the cloud did not in time.
        public var fallbacks = 0
        /// Of the frames answered; `nil` where there are none.
        public var mean: Nanoseconds?
        /// Of nearest rank.
        public var p95: Nanoseconds?
        /// Frames captured under each plan, by position in `planIDs`.
        public var plans: [Int]
        /// What the plans of the frames say that they send.
        public var plannedBytes = 0
    }

    public let length: Nanoseconds
    /// Of all groups, in their order.
    public let planIDs: [String]
    public private(set) var steps: [Step]

    /// - Parameters:
    ///   - devices: positions in `RunResult.devices`; `nil`: all.
    ///   - length: of a step.
    /// - Precondition: the length is positive, and the result is of the world.
    /// - Complexity: O(frames · log frames).
    public init(_ result: RunResult, of world: World, devices: [Int]? = nil, every length: Nanoseconds) {
        precondition(length > .zero, "a step takes time")
        self.length = length
        var planIDs: [String] = []
        var known: [String: Int] = [:]
        /// By group, the place of each plan of its set in `planIDs`.
        let places = world.devices.map { group in
            group.planSet.plans.map { plan in
                if let place = known[plan.id] { return place }
                known[plan.id] = planIDs.count
                planIDs.append(plan.id)
                return planIDs.count - 1
            }
        }
        self.planIDs = planIDs
        let count = Int(max(1, (world.duration.count + length.count - 1) / length.count))
        steps = [Step](repeating: Step(plans: [Int](repeating: 0, count: planIDs.count)), count: count)
        var latencies = [[Nanoseconds]](repeating: [], count: count)
        for position in devices ?? Array(result.devices.indices) {
            let device = result.devices[position]
            let plans = world.devices[device.group].planSet.plans
            for frame in 0..<device.frames.count {
                let time = device.frames.captured[frame].nanoseconds
                let index = min(max(Int(time / length.count), 0), count - 1)
                let plan = device.frames.plan(of: frame)
                steps[index].frames += 1
                steps[index].plans[places[device.group][plan]] += 1
                steps[index].plannedBytes += plans[plan].transmitBytes
                if device.frames.flags[frame].contains(.fallback) { steps[index].fallbacks += 1 }
                guard let latency = device.frames.latency(of: frame) else {
                    steps[index].lost += 1
                    continue
                }
                latencies[index].append(latency)
            }
        }
        for index in steps.indices {
            let summary = LatencySummary(latencies[index])
            (steps[index].mean, steps[index].p95) = (summary?.mean, summary?.p95)
        }
    }
}
