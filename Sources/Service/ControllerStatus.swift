public import Controller
public import Model
import Telemetry
public import TelemetryStore

/// How a controller and its devices fare at one moment.
public struct ControllerStatus: Encodable, Sendable {
    public struct Device: Encodable, Sendable {
        public var device: String
        public var isAttached: Bool
        /// Of the plan in force; `nil` where it is not of the controller's set.
        public var plan: String?
        public var epoch: Epoch?
        /// The plan being moved to.
        public var next: String?
        public var mode: Mode
        /// The plan that the operator ordered.
        public var pinned: String?
        /// Samples that could not be readings, came twice or came too late.
        public var refusedSamples: Int

        enum CodingKeys: String, CodingKey {
            case device, isAttached = "attached", plan, epoch, next, mode, pinned, refusedSamples = "refused_samples"
        }
    }

    /// Whether telemetry reaches its file, and what did not.
    public var store: StoreStatus
    /// By name.
    public var devices: [Device]
}

extension ControllerService {
    public func status() async -> ControllerStatus {
        ControllerStatus(store: store.status, devices: await fleet.status())
    }
}

extension Fleet {
    fileprivate func status() async -> [ControllerStatus.Device] {
        var all: [ControllerStatus.Device] = []
        for (_, session) in devices.sorted(by: { $0.key < $1.key }) { all.append(await session.status) }
        return all
    }
}

extension DeviceSession {
    fileprivate var status: ControllerStatus.Device {
        ControllerStatus.Device(
            device: device, isAttached: controller.isAttached, plan: controller.activePlan?.id,
            epoch: controller.activeEpoch, next: controller.nextPlan?.id, mode: controller.mode,
            pinned: controller.pinnedPlan?.id, refusedSamples: estimator.refused)
    }
}
