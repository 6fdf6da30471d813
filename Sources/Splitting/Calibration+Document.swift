public import FoundationEssentials
public import Model
import Optimizer

extension Calibration {
    /// Reads a calibration file and checks what it says.
    ///
    /// - Parameter source: how to name the file to a person: its path.
    /// - Throws: `DocumentError`, which names the place: `weights.conv1.mean_squared_errors.4`.
    public static func decode(from data: Data, source: String) throws(DocumentError) -> Calibration {
        struct Header: Decodable {
            var version: Int
        }
        let check = CalibrationCheck(source: source)
        let version = try StableJSON.decode(Header.self, from: data, source: source).version
        try check.require(
            version == currentVersion, "version",
            "is \(version); this program reads version \(currentVersion): calibrate again with `resplit plan --calibrate`"
        )
        let calibration = try StableJSON.decode(Calibration.self, from: data, source: source)
        for (name, range) in calibration.ranges.sorted(by: { $0.key < $1.key }) {
            try check.range(range, "ranges.\(name)")
        }
        for (name, tensor) in calibration.tensors.sorted(by: { $0.key < $1.key }) {
            try check.tensor(tensor, "tensors.\(name)")
        }
        for (name, weight) in calibration.weights.sorted(by: { $0.key < $1.key }) {
            try check.weight(weight, "weights.\(name)")
        }
        for (coding, size) in calibration.inputSizes.sorted(by: { $0.key < $1.key }) {
            try check.size(size, "input_sizes.\(coding)")
        }
        return calibration
    }
}

/// Checks on what a calibration file says, with the place named where it is wrong.
private struct CalibrationCheck {
    var source: String

    func tensor(_ tensor: TensorCalibration, _ place: String) throws(DocumentError) {
        try require(tensor.elements > 0, "\(place).elements", "is not a number of elements")
        for (bits, measured) in tensor.bits.sorted(by: { $0.key < $1.key }) {
            let place = "\(place).bits.\(bits)"
            try width(bits, place)
            try range(measured.range, "\(place).range")
            try error(measured.meanSquaredError, "\(place).mean_squared_error")
            if let deflated = measured.deflated { try size(deflated, "\(place).deflated") }
        }
    }

    func weight(_ weight: WeightCalibration, _ place: String) throws(DocumentError) {
        try require(weight.elements > 0, "\(place).elements", "is not a number of elements")
        for (bits, value) in weight.meanSquaredErrors.sorted(by: { $0.key < $1.key }) {
            try width(bits, "\(place).mean_squared_errors.\(bits)")
            try error(value, "\(place).mean_squared_errors.\(bits)")
        }
    }

    func size(_ size: CodedSize, _ place: String) throws(DocumentError) {
        try require(size.mean >= 0 && size.p95 ?? 0 >= 0, place, "is negative; it must be a number of bytes")
    }

    func range(_ range: ValueRange, _ place: String) throws(DocumentError) {
        try require(range.isValid, place, "is not a range: low must be at most high, both finite")
    }

    func require(_ condition: Bool, _ place: String, _ problem: String) throws(DocumentError) {
        guard condition else { throw DocumentError(source: source, place: place, problem: problem) }
    }

    private func width(_ bits: String, _ place: String) throws(DocumentError) {
        try require(
            Int(bits).map(Calibration.measuredBits.contains) ?? false, place, "is not a width from 2 to 8 bits")
    }

    private func error(_ value: Double, _ place: String) throws(DocumentError) {
        try require(value.isFinite && value >= 0, place, "is \(value); it must be finite and not negative")
    }
}
