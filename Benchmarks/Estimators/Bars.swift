import Foundation

/// What is asked of the estimators; what misses it fails the run.
struct Bars {
    /// Of the traces on which our median error is to be the lower, against each named estimator.
    static let shareOfTraces = 0.8
    /// Readings after which a step of factor 4 is to be noticed, at the worst.
    static let stepReadings = 3
    static let falseAlarmsAnHour = 1.0
    /// Of an update with a look.
    static let nanoseconds = 1000.0

    private(set) var misses: [String] = []

    mutating func require(_ isMet: Bool, _ miss: String) {
        if !isMet { misses.append(miss) }
    }

    /// Leaves the program with 1 where a bar was missed, the misses on one line of standard error.
    func settle() {
        guard !misses.isEmpty else { return }
        FileHandle.standardError.write(Data("missed: \(misses.joined(separator: "; "))\n".utf8))
        exit(1)
    }
}
