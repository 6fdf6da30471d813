import Glibc
import Model

/// A processor's temperature: between two changes of its load it goes straight for its target by e^(-t / τ), which is the solution
/// of `Thermal`'s equation, so that looking at it at those changes is exact.
struct ThermalState: Sendable {
    private let model: Thermal
    private(set) var temperature: Double
    private(set) var isThrottled = false
    private var last: Int64 = 0

    init(_ model: Thermal) {
        self.model = model
        temperature = model.ambient
    }

    /// Goes on to `time` with the share that was busy until then.
    mutating func move(to time: Int64, busyShare: Double) {
        let target = model.ambient + model.rise * busyShare
        let elapsed = Double(time - last) / Double(model.timeConstant.count)
        temperature = target + (temperature - target) * exp(-elapsed)
        last = time
        if temperature >= model.throttleAt {
            isThrottled = true
        } else if temperature <= model.releaseAt {
            isThrottled = false
        }
    }

    var slowdown: Double { isThrottled ? model.slowdown : 1 }
}
