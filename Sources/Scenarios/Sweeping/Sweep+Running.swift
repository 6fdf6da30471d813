import Crypto
import FoundationEssentials
import Model
import Sim
import YAMLReading

extension Sweep {
    /// What runs want of the world outside.
    public struct Driver {
        /// How many run at a time; what they come to is the same for any.
        public var jobs = 1
        /// Whether the result of an input is there, and whole.
        public var isFinished: (_ input: String) throws -> Bool
        /// Called with each result, in whatever order.
        public var finished: (SweepRun) throws -> Void
        /// Told of each unit that is done, and whether it was there already.
        public var progress: (_ wasThere: Bool) -> Void = { _ in }

        public init(
            isFinished: @escaping (String) throws -> Bool, finished: @escaping (SweepRun) throws -> Void
        ) {
            self.isFinished = isFinished
            self.finished = finished
        }
    }

    /// Runs the units that are not finished yet. On cancellation those under way are let finish.
    ///
    /// - Parameter units: point by point.
    /// - Throws: what reading a point throws, and running it; what the driver throws; `CancellationError`.
    public func run(_ units: [Unit], _ driver: Driver) async throws {
        var reader = PointReader(self)
        try await withThrowingTaskGroup(of: SweepRun.self) { group in
            var underWay = 0
            func takeOne() async throws {
                guard let run = try await group.next() else { return }
                underWay -= 1
                try driver.finished(run)
                driver.progress(false)
            }
            for unit in units where !Task.isCancelled {
                let point = try reader.point(unit.point)
                let input = point.input(unit)
                if try driver.isFinished(input) {
                    driver.progress(true)
                    continue
                }
                while underWay >= max(driver.jobs, 1) { try await takeOne() }
                underWay += 1
                group.addTask { try point.run(unit, input) }
            }
            while underWay > 0 { try await takeOne() }
            try Task.checkCancellation()
        }
    }

    /// The input of each unit, in their order.
    ///
    /// - Throws: what reading a point throws.
    public func inputs(of units: [Unit]) throws -> [String] {
        var reader = PointReader(self)
        return try units.map { try reader.point($0.point).input($0) }
    }
}

/// A point as it is run.
private struct ReadPoint: Sendable {
    var scenario: Scenario
    var trace: String?
    var values: [SweepRun.Value]
    /// All that the point's runs depend on but for policy and seed.
    var description: String

    func input(_ unit: Sweep.Unit) -> String {
        SHA256.hash(data: Data("\(description)policy \(unit.policy)\nseed \(unit.seed)\n".utf8)).hexadecimal
    }

    func run(_ unit: Sweep.Unit, _ input: String) throws -> SweepRun {
        SweepRun(
            input: input, trace: trace, values: values, policy: unit.policy, seed: unit.seed,
            duration: scenario.world.deviceTime, summary: try scenario.run(unit.policy, seed: unit.seed).summary)
    }
}

/// Reads points one after another, each once while its units last.
private struct PointReader {
    private let sweep: Sweep
    private var planSets = PlanSetMaker()
    private var last: (position: Int, point: ReadPoint)?

    init(_ sweep: Sweep) { self.sweep = sweep }

    mutating func point(_ position: Int) throws -> ReadPoint {
        if let last, last.position == position { return last.point }
        let point = sweep.points[position]
        let digests = FileDigests()
        let scenario: Scenario
        do {
            scenario = try ScenarioReader.read(
                sweep.folder.folder(noting: digests), edits: point.edits, planSets: &planSets)
        } catch var error as DocumentError {
            let values = point.values.map { "\($0.key) is \($0.text)" }.joined(separator: " and ")
            if !values.isEmpty { error.problem += ", where \(values)" }
            throw error
        }
        var description = "sweep \(SweepRun.currentVersion)\n"
        for file in digests.all { description += "file \(file.digest) \(file.name)\n" }
        for edit in point.edits { description += "value \(edit.path) \(edit.value.line)\n" }
        let read = ReadPoint(
            scenario: scenario, trace: point.trace,
            values: point.values.map { SweepRun.Value(key: $0.key, value: $0.text) }, description: description)
        last = (position, read)
        return read
    }
}
