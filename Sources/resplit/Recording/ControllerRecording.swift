import DataPlane
import Model
import Sim
import Synchronization

/// Takes down what a controller hears of a device's link, of one boot of the device.
final class ControllerRecording: LinkRecording {
    private struct Heard {
        var device: DeviceState?
        var samples: [Sample] = []
        var missed = 0
        /// When the first reading came.
        var start: Instant?
        /// Of the samples.
        var boot = ""
    }

    private let watch: DeviceWatch
    private let heard = Mutex(Heard())

    init(_ controller: Endpoint, device: String?) {
        watch = DeviceWatch(controller: controller, device: device, metrics: LinkReadings.metrics)
    }

    /// A device that is away is waited for. The clock begins with the first reading.
    func run(for duration: Nanoseconds?, isQuiet: Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { [self] in try await watch.run { [self] in try hear($0, isQuiet: isQuiet) } }
            group.addTask { [self] in
                while elapsed < duration ?? .init(.max) { try await Task.sleep(for: .milliseconds(20)) }
            }
            if !isQuiet { group.addTask { [self] in try await show(until: duration) } }
            try await group.next()
        }
    }

    /// Until cancelled.
    private func show(until duration: Nanoseconds?) async throws {
        let progress = Progress("recording")
        defer { progress.finish() }
        while true {
            let done = duration.map { elapsed.inSeconds / $0.inSeconds } ?? 0
            progress.show(done, heard.withLock { LinkReadings.note($0.samples) })
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private var elapsed: Nanoseconds {
        heard.withLock { $0.start }.map { MonotonicClock.now() - $0 } ?? .zero
    }

    private func hear(_ message: WatchMessage, isQuiet: Bool) throws {
        switch message {
        case .state(let state):
            heard.withLock { $0.device = state }
            if !isQuiet { Emit.note(state.text) }
        case .samples(let samples):
            try heard.withLock { heard in
                let boot = heard.device?.boot ?? ""
                guard heard.samples.isEmpty || heard.boot == boot else {
                    throw DeviceRestarted(controller: watch.controller, device: heard.device?.device ?? "")
                }
                heard.boot = boot
                heard.start = heard.start ?? MonotonicClock.now()
                heard.samples += samples
            }
        case .missed(let count): heard.withLock { $0.missed += count }
        }
    }

    /// - Throws: `DeviceSilent`, `TraceError`.
    func reading() throws -> TraceReading {
        let heard = heard.withLock { $0 }
        let device = heard.device?.device ?? "the device"
        guard heard.samples.contains(where: { $0.metric == .uplink }) else {
            throw DeviceSilent(controller: watch.controller, device: device)
        }
        var reading = try LinkReadings.trace(heard.samples, device: device, source: "\(watch.controller)")
        if heard.missed > 0 {
            reading.remarks.append(
                TraceRemark("\(heard.missed) readings came faster than they were taken, and are missing"))
        }
        return reading
    }
}

extension DeviceState {
    fileprivate var text: String {
        isAttached ? "\(device.onOneLine) is attached" : "\(device.onOneLine) is away; waiting for its agent"
    }
}

/// Instants of another boot do not follow those recorded.
private struct DeviceRestarted: EnvironmentError {
    var controller: Endpoint
    var device: String
    var description: String {
        "\(controller): the agent of '\(device.onOneLine)' was started anew; what it tells now is another trace's"
    }
}

/// A device of which there is nothing to write down.
private struct DeviceSilent: EnvironmentError {
    var controller: Endpoint
    var device: String
    var description: String {
        "\(controller): '\(device.onOneLine)' told of no uplink, so there is no trace; its agent needs a worker"
    }
}
