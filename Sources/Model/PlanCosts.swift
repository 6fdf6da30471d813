/// What a plan buys of each unit that conditions price, and what it costs whatever they are: its latency is the inner product of
/// the two. All but `edge` are zero for an edge-only plan whose costs are times alone.
@usableFromInline
package struct PlanCosts: Hashable, Sendable {
    /// Profiled nanoseconds of head and encoding.
    @usableFromInline package var edge: Double
    @usableFromInline package var transmitBytes: Double
    /// One for a plan that leaves the edge.
    @usableFromInline package var remote: Double
    /// Profiled nanoseconds.
    @usableFromInline package var cloud: Double
    @usableFromInline package var resultBytes: Double
    /// Nanoseconds: what an objective adds to the time of every frame. Zero where time alone counts.
    @usableFromInline package var fixed: Double

    @inlinable
    package init(
        edge: Double, transmitBytes: Double, remote: Double, cloud: Double, resultBytes: Double, fixed: Double = 0
    ) {
        self.edge = edge
        self.transmitBytes = transmitBytes
        self.remote = remote
        self.cloud = cloud
        self.resultBytes = resultBytes
        self.fixed = fixed
    }

    package init(_ plan: borrowing Plan) {
        edge = Double(plan.edgeWork.count)
        fixed = 0
        if plan.crossing.isEmpty {
            (transmitBytes, remote, cloud, resultBytes) = (0, 0, 0, 0)
        } else {
            edge += Double(plan.encodeWork.count)
            transmitBytes = Double(plan.transmitBytes)
            remote = 1
            cloud = Double(plan.cloudWork.count)
            resultBytes = Double(plan.resultBytes)
        }
    }
}

/// The costs of a set's plans, each cost in a row of its own: a scan reads nothing else, in order, and takes several plans at
/// a time.
package struct PlanColumns: Sendable {
    package let count: Int
    /// Six rows of `count` values, in the order of the fields of `PlanCosts`.
    package private(set) var values: [Double]

    package init(_ plans: [Plan]) {
        count = plans.count
        values = [Double](repeating: 0, count: plans.count * 6)
        for index in plans.indices { self[index] = PlanCosts(plans[index]) }
    }

    /// The costs of the plan at a position of the set.
    package subscript(index: Int) -> PlanCosts {
        get {
            PlanCosts(
                edge: values[index], transmitBytes: values[count + index], remote: values[2 * count + index],
                cloud: values[3 * count + index], resultBytes: values[4 * count + index],
                fixed: values[5 * count + index])
        }
        set {
            values[index] = newValue.edge
            values[count + index] = newValue.transmitBytes
            values[2 * count + index] = newValue.remote
            values[3 * count + index] = newValue.cloud
            values[4 * count + index] = newValue.resultBytes
            values[5 * count + index] = newValue.fixed
        }
    }
}
