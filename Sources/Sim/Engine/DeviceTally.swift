import Model

/// Sums over a device's frames, in nanoseconds and bytes. Waits of an overloaded device add up to more than 64 bits hold.
struct DeviceTally: Hashable, Sendable {
    /// By position in the plan set: frames answered, and where their time went.
    var answered: [Int]
    var stages: [StageSums]
    var uplinkBytes = 0
    var downlinkBytes = 0
    /// Time of the radio sending and receiving, and of the edge computing.
    var sending: Int128 = 0
    var receiving: Int128 = 0
    var computing: Int128 = 0
    /// Time that frames waited for the network's delays and the cloud.
    var idling: Int128 = 0

    init(plans: Int) {
        answered = [Int](repeating: 0, count: plans)
        stages = [StageSums](repeating: StageSums(), count: plans)
    }

    /// Joule, by the frame's formula of `EnergyModel` with what came to pass.
    func energy(_ model: EnergyModel) -> Double {
        let compute = model.compute * Double(computing) / 1e9
        let radio = model.radio * Double(sending + receiving) / 1e9
        let bytes = model.sentByte * Double(uplinkBytes) + model.receivedByte * Double(downlinkBytes)
        return compute + radio + bytes + model.idle * Double(idling) / 1e9
    }
}

/// `StageTimes` of many frames.
struct StageSums: Hashable, Sendable {
    private var edgeQueue: Int128 = 0
    private var edge: Int128 = 0
    private var encode: Int128 = 0
    private var send: Int128 = 0
    private var network: Int128 = 0
    private var workerQueue: Int128 = 0
    private var workerCompute: Int128 = 0
    private var returning: Int128 = 0

    @inline(__always)
    static func += (sums: inout Self, stages: StageTimes) {
        sums.edgeQueue += Int128(stages.edgeQueue.count)
        sums.edge += Int128(stages.edge.count)
        sums.encode += Int128(stages.encode.count)
        sums.send += Int128(stages.send.count)
        sums.network += Int128(stages.network.count)
        sums.workerQueue += Int128(stages.workerQueue.count)
        sums.workerCompute += Int128(stages.workerCompute.count)
        sums.returning += Int128(stages.returning.count)
    }

    /// Held within what 64 bits hold.
    var held: StageTimes {
        func held(_ sum: Int128) -> Nanoseconds { Nanoseconds(Int64(clamping: sum)) }
        var times = StageTimes()
        (times.edgeQueue, times.edge, times.encode) = (held(edgeQueue), held(edge), held(encode))
        (times.send, times.network) = (held(send), held(network))
        (times.workerQueue, times.workerCompute) = (held(workerQueue), held(workerCompute))
        times.returning = held(returning)
        return times
    }
}
