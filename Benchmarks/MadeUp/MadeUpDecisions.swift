public import Model

/// Plan sets and conditions to decide on, made up from fixed seeds.
public enum MadeUpDecisions {
    /// Plans that each win somewhere: the more the edge does, the less is sent. The last is edge-only.
    public static func planSet(_ count: Int) -> PlanSet {
        var random = SeededGenerator(seed: 1)
        let plans = (0..<count).map { index in
            let share = Double(index) / Double(count - 1)
            let isLast = index == count - 1
            return Plan(
                id: "plan-\(index)", crossing: isLast ? [] : [tensor(bits: 4)], coding: .packed,
                headLayers: index, edgeWork: Nanoseconds(milliseconds: 60 * share + random.nextUnit()),
                encodeWork: .microseconds(20),
                transmitBytes: isLast ? 0 : Int(150_000 * (1 - share) * (1 - share)) + 500,
                cloudWork: Nanoseconds(milliseconds: 12 * (1 - share)),
                resultBytes: isLast ? 0 : 40, edgeBytes: 1 << 20)
        }
        return PlanSet(
            model: ModelIdentity(name: "made up", sha256: String(repeating: "0", count: 64)), plans: plans)
    }

    /// A varying link about 8 Mbit/s and 20 ms.
    public static func window(_ count: Int, seed: UInt64 = 2) -> ConditionsWindow {
        window(count, seed: seed) { random in
            Conditions(
                uplink: .mbps(6 + 4 * random.nextUnit()), downlink: .mbps(20 + 10 * random.nextUnit()),
                rtt: Nanoseconds(milliseconds: 15 + 10 * random.nextUnit()),
                edgeSlowdown: 1 + 0.2 * random.nextUnit(), cloudSlowdown: 1 + 0.2 * random.nextUnit(),
                cloudQueue: Nanoseconds(milliseconds: random.nextUnit()))
        }
    }

    /// Everything varies widely: the uplink over a factor of 64, the edge's slowdown of 8.
    public static func wideWindow(_ count: Int, seed: UInt64 = 2) -> ConditionsWindow {
        window(count, seed: seed) { random in
            Conditions(
                uplink: .mbps(0.5 + 31.5 * random.nextUnit() * random.nextUnit()),
                downlink: .mbps(2 + 48 * random.nextUnit()),
                rtt: Nanoseconds(milliseconds: 5 + 195 * random.nextUnit() * random.nextUnit()),
                edgeSlowdown: 1 + 7 * random.nextUnit(), cloudSlowdown: 1 + 3 * random.nextUnit(),
                cloudQueue: Nanoseconds(milliseconds: 20 * random.nextUnit()))
        }
    }

    private static func window(
        _ count: Int, seed: UInt64, _ conditions: (inout SeededGenerator) -> Conditions
    ) -> ConditionsWindow {
        var random = SeededGenerator(seed: seed)
        let samples = (0..<count).map { _ in conditions(&random) }
        guard let window = ConditionsWindow(samples: samples) else { preconditionFailure("a window has samples") }
        return window
    }

    public static func tensor(_ shape: TensorShape = TensorShape([1, 64, 14, 14]), bits: Int) -> TransmittedTensor {
        TransmittedTensor(
            name: "made up", elementType: .float32, shape: shape, precision: Precision(bits: bits) ?? .unquantised,
            range: ValueRange(low: 0, high: 1))
    }
}
