import Model
import Optimizer

extension World {
    public var deviceCount: Int { devices.reduce(0) { $0.saturatingSum(max($1.count, 0)) } }

    /// Group by group: `NAME-1` to `NAME-COUNT`, or `NAME` where there is one.
    public var deviceNames: [String] {
        devices.flatMap { group in
            group.count == 1 ? [group.name] : (0..<max(group.count, 0)).map { "\(group.name)-\($0 + 1)" }
        }
    }
}
