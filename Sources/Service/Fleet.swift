import Logging
import TelemetryStore

/// The devices that have attached since the controller started, by name.
actor Fleet {
    private let configuration: ControllerService.Configuration
    private let store: TelemetryStore
    private let logger: Logger
    private(set) var devices: [String: DeviceSession] = [:]

    init(configuration: ControllerService.Configuration, store: TelemetryStore, logger: Logger) {
        self.configuration = configuration
        self.store = store
        self.logger = logger
    }

    func session(of device: String) -> DeviceSession {
        if let session = devices[device] { return session }
        let session = DeviceSession(device: device, configuration: configuration, store: store, logger: logger)
        devices[device] = session
        return session
    }
}
