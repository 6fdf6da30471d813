import Model

extension DeviceGroup {
    func check(_ place: String) throws(WorldError) {
        try Checking.count(count, place, "a number of devices", 1...1_000_000)
        try Checking.span(stagger, place, "a stagger")
        try Checking.number(stagger.inSeconds * Double(count), place, "staggers in all of seconds", 0...3.2e7)
        try checkPlans(place)
        try arrivals.check(place)
        if let deadline { try Checking.span(deadline, place, "a deadline") }
        if let limit = drop.edgeQueue { try Checking.count(limit, place, "a longest edge queue", 0...Int(Int32.max)) }
        try edge.check(place)
        try link.check(place)
        guard link.fallbackAfter == nil || planSet.edgeOnly != nil else {
            throw WorldError(
                place, "falls back on the edge, and no plan of its set runs there alone",
                remedy: "add an edge-only plan, or leave the fallback out")
        }
        try moves.check(place)
    }

    private func checkPlans(_ place: String) throws(WorldError) {
        try Checking.count(planSet.plans.count, place, "a number of plans", 1...Int(UInt16.max))
        for plan in planSet.plans {
            let place = "\(place), plan '\(plan.id)'"
            try Checking.span(plan.edgeWork, place, "a time on the edge")
            try Checking.span(plan.encodeWork, place, "a time to encode")
            try Checking.span(plan.cloudWork, place, "a time in the cloud")
            try Checking.count(plan.transmitBytes, place, "a number of bytes to send", 0...Int(Int32.max))
            try Checking.count(plan.resultBytes, place, "a number of bytes to return", 0...Int(Int32.max))
            if let bytes = plan.moveBytes { try Checking.count(bytes, place, "a number of bytes to move", 0...1 << 40) }
        }
        for (id, ratios) in truth.sorted(by: { $0.key < $1.key }) {
            guard planSet.plan(id: id) != nil else {
                throw WorldError(place, "has the truth of a plan '\(id)'", remedy: "name a plan of its set")
            }
            try Checking.number(ratios.edge, place, "a true ratio on the edge for plan '\(id)'", 0...1e6)
            try Checking.number(ratios.cloud, place, "a true ratio in the cloud for plan '\(id)'", 0...1e6)
        }
        if let firstPlan, planSet.plan(id: firstPlan) == nil {
            throw WorldError(place, "begins with a plan '\(firstPlan)'", remedy: "name a plan of its set")
        }
    }
}

extension Arrivals {
    fileprivate func check(_ place: String) throws(WorldError) {
        switch self {
        case .periodic(let every): try Checking.span(every, place, "a time between frames", from: .microseconds(1))
        case .poisson(let rate): try Checking.number(rate, place, "a rate of frames", 1e-9...1e6)
        case .bursts(let size, let spacing, let every):
            try Checking.count(size, place, "a size of bursts", 1...1_000_000)
            try Checking.span(spacing, place, "a spacing")
            try Checking.span(every, place, "a time between bursts", from: .microseconds(1))
            guard Double(spacing.count) * Double(size - 1) <= Double(every.count) else {
                throw WorldError(
                    place, "has bursts that run into each other", remedy: "leave more time from one to the next")
            }
        case .recorded(let times):
            for time in times { try Checking.span(time, place, "a recorded arrival") }
            for (earlier, later) in zip(times, times.dropFirst()) where earlier > later {
                throw WorldError(
                    place, "has recorded arrivals that go back from \(earlier.inSeconds) s to \(later.inSeconds) s",
                    remedy: "give them in order")
            }
        case .closedLoop(let inFlight, let think):
            try Checking.count(inFlight, place, "a number of frames in flight", 1...1_000_000)
            try Checking.span(think, place, "a think time")
        }
    }
}

extension Edge {
    fileprivate func check(_ place: String) throws(WorldError) {
        try Checking.count(cores, place, "a number of cores", 1...1_000_000)
        try Checking.factors(slowdown, place, "a slowdown")
        if let thermal {
            for (value, name) in [
                (thermal.ambient, "an ambient temperature"), (thermal.rise, "a rise"),
                (thermal.throttleAt, "a temperature to throttle at"),
                (thermal.releaseAt, "a temperature to release at"),
            ] { try Checking.number(value, place, name, -1e4...1e4) }
            try Checking.span(thermal.timeConstant, place, "a thermal time constant", from: .milliseconds(1))
            try Checking.number(thermal.slowdown, place, "a thermal slowdown", 0...1e6)
            guard thermal.releaseAt <= thermal.throttleAt else {
                throw WorldError(
                    place, "is released at a higher temperature than it is throttled at",
                    remedy: "release at a lower one")
            }
        }
        guard let energy else { return }
        for (value, name) in [
            (energy.compute, "compute"), (energy.idle, "idle"), (energy.radio, "radio"), (energy.sentByte, "sent"),
            (energy.receivedByte, "received"),
        ] { try Checking.number(value, place, "an energy '\(name)'", 0...1e9) }
    }
}

extension Link {
    fileprivate func check(_ place: String) throws(WorldError) {
        try Checking.span(offset, place, "an offset")
        try Checking.span(jitter, place, "a jitter")
        if let queueLimit { try Checking.count(queueLimit, place, "a longest queue of bytes", 0...1 << 40) }
        if let window { try Checking.count(window, place, "a window of frames", 1...Int(Int32.max)) }
        if let fallbackAfter {
            try Checking.span(fallbackAfter, place, "a patience", from: .microseconds(1))
        }
    }
}

extension MoveCosts {
    fileprivate func check(_ place: String) throws(WorldError) {
        try Checking.span(build, place, "a time to build")
        try Checking.number(buildSlowdown, place, "a slowdown by building", 0...1e6)
        try Checking.span(activation, place, "a time to activate")
        try Checking.count(kept, place, "a number of kept sessions", 0...1_000_000)
    }
}
