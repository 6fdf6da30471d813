import Model
import Optimizer
import Testing

@Suite struct ConditionsErrorTests {
    private let calm = Conditions(uplink: .mbps(8), downlink: .mbps(8), rtt: .milliseconds(1))

    @Test func anOutageIsValid() throws {
        var outage = calm
        outage.uplink = .zero
        outage.downlink = .zero
        #expect(try outage.validated() == outage)
    }

    @Test func theConditionIsNamed() {
        func refused(_ name: String, _ value: Double, _ change: (inout Conditions) -> Void) {
            var conditions = calm
            change(&conditions)
            #expect(throws: ConditionsError.outOfRange(name: name, value: value)) { try conditions.validated() }
        }
        for value in [-1, Double.infinity, -Double.infinity] {
            refused("uplink_bps", value) { $0.uplink = BitRate(bitsPerSecond: value) }
            refused("downlink_bps", value) { $0.downlink = BitRate(bitsPerSecond: value) }
            refused("edge_slowdown", value) { $0.edgeSlowdown = value }
            refused("cloud_slowdown", value) { $0.cloudSlowdown = value }
        }
        refused("rtt_ms", -1) { $0.rtt = .milliseconds(-1) }
        refused("cloud_queue_ms", -1) { $0.cloudQueue = .milliseconds(-1) }
        var conditions = calm
        conditions.edgeSlowdown = .nan
        #expect(throws: ConditionsError.self) { try conditions.validated() }
    }
}
