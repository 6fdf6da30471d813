import Inference
import Model
import Synchronization

/// Keeps the halves used last, by cut and the head's precision: plans that differ only in what they send share a session.
final class HalfCache: Sendable {
    enum Side: Hashable {
        case head, tail
    }

    private struct Key: Hashable {
        var side: Side
        var headLayers: Int
        var cut: [String]
        var precision: HeadPrecision?

        init(_ side: Side, _ plan: Plan) {
            self.side = side
            headLayers = plan.headLayers
            cut = plan.crossing.map(\.name)
            precision = side == .head ? plan.headPrecision : nil
        }
    }

    private let source: any HalfSource
    private let halves: Mutex<RecentlyUsed<Key, any ModelHalf>>

    init(source: any HalfSource, capacity: Int) {
        self.source = source
        halves = Mutex(RecentlyUsed(capacity: capacity))
    }

    /// Blocks while it builds.
    func half(_ side: Side, of plan: Plan) throws -> any ModelHalf {
        let key = Key(side, plan)
        if let half = halves.withLock({ $0.value(of: key) }) { return half }
        let half = try side == .head ? source.head(of: plan) : source.tail(of: plan)
        halves.withLock { _ = $0.insert(half, for: key) }
        return half
    }

    func isBuilt(_ side: Side, of plan: Plan) -> Bool {
        let key = Key(side, plan)
        return halves.withLock { $0.contains(key) }
    }
}
