/// Which of all plans a plan set keeps.
public struct PlanSelection: Hashable, Sendable {
    /// Largest loss of accuracy that a plan may have, as a share.
    public var maxAccuracyDrop: Double
    /// Which loss is held against that.
    public var dropJudgement: DropJudgement
    /// Relative difference of times that is taken for noise.
    public var timeTolerance: Double

    public init(
        maxAccuracyDrop: Double = 0.01, dropJudgement: DropJudgement = .estimate, timeTolerance: Double = 0.05
    ) {
        self.maxAccuracyDrop = maxAccuracyDrop
        self.dropJudgement = dropJudgement
        self.timeTolerance = timeTolerance
    }
}
