public import Model
import Optimizer

/// Kang, Hauswald, Gao, Rovinski, Mudge, Mars and Tang, "Neurosurgeon: Collaborative Intelligence Between the Cloud and Mobile
/// Edge", ASPLOS 2017, section 5: before a frame, with the wireless rate, the server's load and the layers' times as they were
/// last measured, the partition point of least latency is taken,
///
///     argmin over j of Σ_{i ≤ j} TM_i + D_j / B + Σ_{i > j} TC_i(K)
///
/// TM and TC the layers' times on mobile and cloud, D_j the bytes of layer j's output, B the uplink, K the load.
///
/// The paper's networks are chains, cut between two layers. So of a plan set those plans take part at whose cut one tensor
/// crosses, and the edge and the cloud alone. Round trip and return, which the paper leaves out, count: it would otherwise be
/// the worse for a small omission. Where all its plans would never be answered, it goes on as it is.
public struct Neurosurgeon: PlanChooser {
    public static let readings: PolicyNeeds = .samples

    private let planSet: PlanSet
    private var last = LastConditions()

    public init(planSet: PlanSet) { self.planSet = planSet }

    public mutating func read(_ samples: [Sample]) { last.read(samples) }

    public func choice() -> Int? {
        let ranking = planSet.best(under: last.value) { $0.crossing.count <= 1 }
        return ranking.flatMap { $0.value < .infinity ? $0.best : nil }
    }
}
