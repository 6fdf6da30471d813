import Model

/// A head's weights on their way down, part by part, so that answers pass between them.
extension Simulation {
    private static let part = 65_536

    mutating func sendWeights(_ device: Int, _ number: Int) {
        let left = agents[device].held[number].weightsLeft
        let bytes = min(left, Self.part)
        agents[device].held[number].weightsLeft = left - bytes
        let slot = jobs.insert(
            Job(content: .weights, device: Int32(device), epoch: Int32(number), captured: now.nanoseconds))
        enterDownlink(slot, bytes: Int32(bytes))
    }

    mutating func weightsArrived(_ slot: Int) {
        let device = Int(jobs[slot].device)
        let number = Int(jobs[slot].epoch)
        remove(slot)
        let held = agents[device].held[number]
        guard !held.isGone else { return }
        if held.weightsLeft > 0 { return sendWeights(device, number) }
        buildAfterWeights(device, number)
    }
}
