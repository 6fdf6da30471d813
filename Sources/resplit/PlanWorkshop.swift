import Foundation
import Frames
import Inference
import Model
import Optimizer
import Splitting

/// Brings together what a plan set is made from: the model, profiles, samples, and what was measured before.
struct PlanWorkshop {
    let model: SplitModel
    var planner: Planner
    private let modelPath: String
    private let samplesSHA256: String
    /// Whether the file in the cache is to be written anew, whatever is measured.
    private var cacheIsDamaged = false

    /// - Parameters:
    ///   - samples: a folder; `nil` for the one named `samples` beside the model.
    ///   - edge: `nil` to time this device.
    ///   - cloud: `nil` for the same as the edge's.
    ///   - integerHeads: whether heads in integers are considered.
    init(
        _ path: String, shapes: [String: TensorShape] = [:], samples: String? = nil, edge: CostModelName? = nil,
        cloud: CostModelName? = nil, integerHeads: Bool = true, progress: (Double, String) throws -> Void
    ) throws {
        modelPath = path
        let model = try SplitModel(contentsOf: path, shapes: shapes, runtime: Runtime.load())
        self.model = model
        guard let input = model.inputs.first, model.inputs.count == 1 else {
            throw SplitError.severalInputs(model.inputs.map(\.name))
        }
        let set = try SampleSet(FrameFolder(path: samples ?? Self.folderBeside(modelPath)), for: input)
        samplesSHA256 = set.sha256
        let edgeSite =
            try edge.map { try Self.site($0, model) }
            ?? Site(
                model.profile(ProfileOptions(integerHeads: integerHeads), progress: progress), of: model.graph)
        let cloudSite = try cloud.map { try Self.site($0, model) } ?? edgeSite
        planner = Planner(model: model, edge: edgeSite, cloud: cloudSite, samples: set)
        planner.considersIntegerHeads = integerHeads
        if let shipped = try Self.calibration(at: shippedCalibration) { planner.know(shipped) }
        // A damaged cache costs time, not the answer: nobody wrote it, nobody can mend it.
        do {
            if let cached = try Self.calibration(at: cachedCalibration) { planner.know(cached) }
        } catch {
            cacheIsDamaged = true
            Emit.note("\(error): the file is damaged and is measured anew")
        }
    }

    /// - Returns: `nil` where there is no such file.
    private static func calibration(at path: String) throws -> Calibration? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try Calibration.decode(from: Files.read(path), source: path)
    }

    /// Makes the plan set; keeps what had to be measured for the next time.
    mutating func planSet(progress: (Double, String) throws -> Void) throws -> PlanSet {
        try keeping { planner in try planner.plan(progress: progress) }
    }

    /// The ranges of activations, measured where they are not known; what had to be measured is kept for the next time.
    mutating func headPrecision(
        weights: Precision, integerActivations: Bool, progress: (Double, String) throws -> Void
    ) throws -> HeadPrecision {
        if integerActivations { try keeping { planner in try planner.measureActivations(progress) } }
        return planner.calibration.headPrecision(weights: weights, integerActivations: integerActivations)
    }

    private mutating func keeping<Result>(_ work: (inout Planner) throws -> Result) throws -> Result {
        let known = cacheIsDamaged ? nil : planner.calibration
        let result = try work(&planner)
        if planner.calibration != known {
            let folder = URL(filePath: cachedCalibration).deletingLastPathComponent()
            try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            // A cache that can't be written costs time, not the answer.
            do {
                try Files.write(StableJSON.encode(planner.calibration), to: cachedCalibration)
                cacheIsDamaged = false
            } catch {
                Emit.note("what was measured is not kept: \(error)")
            }
        }
        return result
    }

    static func folderBeside(_ model: String) -> String {
        URL(filePath: model).deletingLastPathComponent().appending(path: "samples").path
    }

    private static func site(_ name: CostModelName, _ model: SplitModel) throws -> Site {
        switch name {
        case .roofline(let roofline): return Site(costs: try RooflineCosts(roofline, of: model.graph))
        case .accelerator(let accelerator): return Site(costs: try AcceleratorCosts(accelerator, of: model.graph))
        case .profile(let path):
            let profile = try Profile.decode(from: Files.read(path), source: path, of: model.identity)
            if let gap = gap(in: profile, model.graph) { Emit.note("\(path): \(gap)") }
            return try Site(profile, of: model.graph)
        }
    }

    /// What a profile lacks, and what that does to plans; `nil` where it lacks nothing.
    private static func gap(in profile: Profile, _ graph: LayerGraph) -> String? {
        var gaps: [String] = []
        // A model of one layer has no halves to time.
        if graph.layers.count > 1, profile.heads.isEmpty || profile.tails.isEmpty {
            let lacking = profile.heads.isEmpty ? profile.tails.isEmpty ? "heads or tails" : "heads" : "tails"
            gaps.append("times no \(lacking), so the model is not split")
        }
        if profile.coding.isEmpty { gaps.append("times no coding, so coding counts as free") }
        return gaps.isEmpty ? nil : gaps.joined(separator: "; ")
    }

    /// `NAME.calibration.json` beside `NAME.onnx`.
    private var shippedCalibration: String {
        URL(filePath: modelPath).deletingPathExtension().appendingPathExtension("calibration.json").path
    }

    /// In the user's cache, named by the contents of model and samples, and by the version of its form.
    private var cachedCalibration: String {
        let environment = ProcessInfo.processInfo.environment
        let cache =
            environment["XDG_CACHE_HOME"].map { URL(filePath: $0) }
            ?? FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache")
        let name =
            "\(model.identity.sha256.prefix(16))-\(samplesSHA256.prefix(16)).v\(Calibration.currentVersion).json"
        return cache.appending(path: "resplit").appending(path: name).path
    }
}
