import Model

extension Simulation {
    func clairvoyantPlan(_ device: Int) -> Int { devices[device].plan }
}
