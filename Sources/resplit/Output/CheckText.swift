import Foundation
import Model
import TelemetryStore

/// What `telemetry check` says to a person: a line for each finding, the first of each kind where they are many, then the
/// verdict.
struct CheckText {
    private static let mostOfAKind = 20

    private let check: StoreCheck

    init(_ check: StoreCheck) { self.check = check }

    var text: String {
        let boots = "\(check.boots) \(check.boots == 1 ? "boot" : "boots")"
        let verdict = "\(check.isSound ? "sound" : "not sound"): \(check.samples) samples of \(boots)"
        let findings = [
            lines(check.damage) { "damaged: \($0)" }, lines(check.wrongRows, wrongRows),
            lines(check.wrongRollUps, wrongRollUps), lines(check.gaps, gap), lines(check.clockFaults, clockFault),
            lines(check.silences, silence),
        ]
        return (findings.flatMap { $0 } + [verdict]).joined(separator: "\n")
    }

    private func lines<Finding>(_ findings: [Finding], _ line: (Finding) -> String) -> [String] {
        let first = findings.prefix(Self.mostOfAKind).map { line($0).onOneLine }
        let rest = findings.count - first.count
        return rest > 0 ? first + ["and \(rest) more like it; --json lists all"] : first
    }

    private func wrongRows(_ found: StoreCheck.WrongRows) -> String {
        let owner = found.device.map { "\($0): " } ?? ""
        let what =
            switch found.kind {
            case .value: "of a value that their metric cannot have"
            case .weight: "of a weight that is not above 0 and up to 1"
            case .metric: "of a metric that nobody knows"
            case .time: "of a time that cannot be, or in another minute than their time is"
            case .owner: "of a device or boot that the file does not have"
            }
        return "\(owner)\(found.rows) \(found.rows == 1 ? "row" : "rows") of \(found.table) \(what)"
    }

    private func wrongRollUps(_ found: StoreCheck.WrongRollUps) -> String {
        let start = Date(timeIntervalSince1970: Double(found.wall) / 1e9).formatted(.iso8601)
        let (name, below) =
            switch found.width {
            case .second: ("second", "samples")
            case .minute: ("minute", "seconds")
            case .hour: ("hour", "minutes")
            }
        let rows = found.rows == 1 ? "roll-up does" : "roll-ups do"
        return "\(name) \(start): \(found.rows) \(rows) not account for the \(below)"
    }

    private func gap(_ gap: StoreCheck.Gap) -> String {
        "\(gap.device): no sample for \(Format.fixed(gap.length.inSeconds, 1)) s after \(seconds(gap.from))"
    }

    private func clockFault(_ fault: StoreCheck.ClockFault) -> String {
        let step = "\(Format.fixed(fault.step.inSeconds, 3)) s"
        return switch fault.kind {
        case .wallClock: "the store's wall clock stepped by \(step)"
        case .deviceClock: "\(fault.device ?? ""): its clock stepped by \(step)"
        case .overlap: "\(fault.device ?? ""): a boot began \(step) from the end of the one before"
        }
    }

    private func silence(_ silence: StoreCheck.Silence) -> String {
        "\(silence.device): \(silence.metric.rawValue) fell silent at \(seconds(silence.last)), "
            + "\(Format.fixed(silence.length.inSeconds, 1)) s before the last sample"
    }

    private func seconds(_ time: Instant) -> String { "\(Format.fixed(Double(time.nanoseconds) / 1e9, 3)) s" }
}
