public import Model

/// What a controller tells whoever watches a device.
public enum WatchMessage: Hashable, Sendable {
    /// The first message of every watch, and another at each change.
    case state(DeviceState)
    /// Readings that the controller believed, in the order in which they came to it.
    case samples([Sample])
    /// So many readings were left out before the next message: those before them were not taken in time.
    case missed(Int)
}

/// Whether a device is attached to its controller, and since which start of its agent.
public struct DeviceState: Hashable, Sendable {
    public var device: String
    /// Instants are comparable only within one boot. Empty while the first attachment is under way.
    public var boot: String
    public var isAttached: Bool

    package init(device: String, boot: String, isAttached: Bool) {
        self.device = device
        self.boot = boot
        self.isAttached = isAttached
    }
}

/// What a watch begins with.
package struct WatchRequest: Hashable, Sendable {
    /// `nil`: the only device.
    package var device: String?
    /// Empty: all.
    package var metrics: [Metric]

    package init(device: String?, metrics: [Metric]) {
        self.device = device
        self.metrics = metrics
    }
}
