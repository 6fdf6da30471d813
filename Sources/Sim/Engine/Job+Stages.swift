import Model

extension Job {
    /// Where a frame's time went, as an agent sees it: network is the transfer and both ways' delays, returning the wait for the
    /// downlink and the transfer there. They add up to the latency exactly.
    func stages(answeredAt end: Int64) -> StageTimes {
        var stages = StageTimes()
        var last = captured
        func lap(to moment: Int64) -> Nanoseconds {
            guard moment > last else { return .zero }
            defer { last = moment }
            return Nanoseconds(moment - last)
        }
        if edgeBegun >= 0 {
            stages.edgeQueue = lap(to: edgeBegun)
            stages.edge = lap(to: min(headDone, end))
            stages.encode = lap(to: encoded)
        }
        if isWhole {
            if encoded >= 0 {
                stages.send = lap(to: sendBegun >= 0 ? sendBegun : gaveUp)
                stages.network = lap(to: gaveUp)
            }
            stages.edgeQueue += lap(to: aloneBegun)
            stages.edge += lap(to: end)
            return stages
        }
        stages.send = lap(to: sendBegun)
        stages.network = lap(to: atCloud - foreignQueue)
        stages.workerQueue = lap(to: cloudBegun)
        stages.workerCompute = lap(to: cloudDone)
        stages.returning = lap(to: returned)
        stages.network += lap(to: end)
        return stages
    }
}
