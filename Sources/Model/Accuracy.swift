/// How well a plan's answers hold up on labelled samples.
public struct Accuracy: Hashable, Codable, Sendable {
    /// Samples measured.
    public var samples: Int
    /// Share of labelled samples answered correctly, 0…1; `nil` where there are no labels.
    public var topOne: Double?
    /// Share of samples with the same top class as the unsplit, unquantised model, 0…1.
    public var agreement: Double
    /// Samples with a label; `nil` where it was not noted.
    public var labelled: Int?
    /// Labelled samples that the unsplit, unquantised model answers correctly and this does not; without labels, samples with
    /// another top class. `nil` where it was not noted.
    public var lost: Int?
    /// Labelled samples that this answers correctly and the unsplit, unquantised model does not.
    public var gained: Int?
    /// Power of the unsplit model's outputs over that of the difference, in decibels, over all samples; 300 where nothing differs.
    public var signalToNoise: Double?

    public init(
        samples: Int, topOne: Double?, agreement: Double, labelled: Int? = nil, lost: Int? = nil, gained: Int? = nil,
        signalToNoise: Double? = nil
    ) {
        self.samples = samples
        self.topOne = topOne
        self.agreement = agreement
        self.labelled = labelled
        self.lost = lost
        self.gained = gained
        self.signalToNoise = signalToNoise
    }

    enum CodingKeys: String, CodingKey {
        case samples, topOne = "top_one", agreement, labelled, lost, gained, signalToNoise = "signal_to_noise_db"
    }

    /// Where the share of correct answers lies, with 95 % confidence; `nil` where there are no labels.
    public var topOneInterval: ConfidenceInterval? {
        topOne.map { ConfidenceInterval(share: $0, of: labelled ?? samples) }
    }

    /// Where the share of samples with the unsplit model's top class lies, with 95 % confidence.
    public var agreementInterval: ConfidenceInterval { ConfidenceInterval(share: agreement, of: samples) }

    /// Loss of accuracy against the unsplit, unquantised model on the same samples, as a share: negative for a gain. Without
    /// labels the share of samples with another top class.
    public var drop: Double? {
        guard let lost, let gained, let count = comparedSamples else { return nil }
        return Double(lost - gained) / Double(count)
    }

    /// Where that loss lies, with 95 % confidence.
    public var dropInterval: ConfidenceInterval? {
        guard let lost, let gained, let count = comparedSamples else { return nil }
        return ConfidenceInterval(lost: lost, gained: gained, of: count)
    }

    private var comparedSamples: Int? {
        let count = topOne == nil ? samples : labelled ?? samples
        return count > 0 ? count : nil
    }
}
