import Model

/// What a world may say: numbers that a run can hold, names that are there. A world that passes never traps.
extension World {
    /// - Throws: the first thing that cannot be.
    package func check() throws(WorldError) {
        try Checking.span(duration, "the world", "a duration", from: Nanoseconds(1))
        guard !devices.isEmpty else {
            throw WorldError("the world", "has no devices", remedy: "give at least one group")
        }
        try checkCells()
        try cloud.check()
        try telemetry.check()
        let names = Set(devices.map(\.name))
        for fault in faults { try fault.check(names) }
        var seen = Set<String>()
        for group in devices {
            let place = "device group '\(group.name)'"
            guard seen.insert(group.name).inserted else {
                throw WorldError(place, "is there twice", remedy: "give each group a name of its own")
            }
            try group.check(place)
            if let cell = group.link.cell { try Checking.count(cell, place, "a cell", 0...max(cells.count - 1, 0)) }
            guard group.link.cell == nil || !cells.isEmpty else {
                throw WorldError(place, "is in a cell, and there are none", remedy: "add the cell to the world")
            }
            let last = faults.map(\.end).max() ?? .zero
            try Checking.length(group.link.trace.schedule, upTo: last, place)
            try Checking.length(group.edge.slowdown, upTo: last, place)
        }
        try Checking.count(deviceCount, "the world", "a number of devices", 1...1_000_000)
        try checkFrames()
    }

    /// Every frame is kept, and numbered in 32 bits.
    private func checkFrames() throws(WorldError) {
        var sum = 0.0
        for group in devices {
            let process = ArrivalProcess(group.arrivals, start: .zero, random: SeededGenerator(seed: 0))
            let frames = process.expectedCount(within: duration)
            try Checking.count(frames, "device group '\(group.name)'", "a number of frames", 0...1_000_000_000)
            sum += Double(frames) * Double(group.count)
        }
        try Checking.number(sum, "the world", "a number of frames", 0...1e9)
    }

    private func checkCells() throws(WorldError) {
        var seen = Set<String>()
        for cell in cells where !seen.insert(cell.name).inserted {
            throw WorldError("cell '\(cell.name)'", "is there twice", remedy: "give each cell a name of its own")
        }
    }
}

extension CloudPool {
    fileprivate func check() throws(WorldError) {
        let place = "the cloud"
        if let workers { try Checking.count(workers, place, "a number of workers", 1...1_000_000) }
        try Checking.factors(slowdown, place, "a slowdown")
        for piece in foreignQueue.pieces { try Checking.span(piece.value, place, "a foreign queue") }
        if let batching {
            try Checking.count(batching.most, place, "a largest batch", 1...1_000_000)
            try Checking.span(batching.wait, place, "a batch's wait")
            try Checking.number(batching.marginal, place, "a marginal time", 0...1e6)
        }
        guard let scaling else { return }
        try Checking.count(scaling.most, place, "a most of workers", 1...1_000_000)
        try Checking.count(scaling.least, place, "a least of workers", 1...scaling.most)
        try Checking.number(scaling.target, place, "a target", 1e-6...1e6)
        try Checking.span(scaling.period, place, "a scaling period", from: .milliseconds(1))
        try Checking.span(scaling.coldStart, place, "a cold start")
        guard workers != nil else {
            throw WorldError(
                place, "scales, and has no number of workers to begin with", remedy: "say how many it has at the start")
        }
    }
}

extension TelemetryModel {
    fileprivate func check() throws(WorldError) {
        let place = "telemetry"
        try Checking.span(period, place, "a period", from: .milliseconds(1))
        try Checking.span(lag, place, "a lag")
        try Checking.number(noise, place, "a noise", 0...10)
        try Checking.span(pingPeriod, place, "a ping period", from: .milliseconds(1))
        try Checking.span(probeAfter, place, "a wait before probes")
        try Checking.count(probeBytes, place, "a size of probes", 0...Int(Int32.max))
        try Checking.span(outageDetection, place, "a detection of outages")
    }
}

extension Fault {
    fileprivate func check(_ names: Set<String>) throws(WorldError) {
        let place = "the fault at \(start.inSeconds) s"
        try Checking.span(start, place, "a start")
        try Checking.span(end, place, "an end", from: start)
        for name in groups ?? [] where !names.contains(name) {
            throw WorldError(place, "is of a group '\(name)'", remedy: "name a group of the world")
        }
        switch kind {
        case .outage, .controllerAway, .staleTelemetry: break
        case .loadSpike(let slowdown): try Checking.number(slowdown, place, "a slowdown", 0...1e6)
        case .workerCrash(let workers): try Checking.count(workers, place, "a number of workers", 1...1_000_000)
        case .cloudSurge(let perSecond, let work):
            try Checking.number(perSecond, place, "a rate of frames", 1e-6...1e6)
            try Checking.span(work, place, "a time of work")
        case .clockStep(let step): try Checking.span(Nanoseconds(abs(max(step.count, -.max))), place, "a step")
        case .lyingTelemetry(_, let factor): try Checking.number(factor, place, "a factor", 0...1e6)
        }
    }
}
