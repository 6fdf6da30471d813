import Model

extension TimeSeries {
    /// A line of names: who decided under which seed, the start of the step, what became of its frames, and the share of them
    /// under each plan.
    ///
    /// - Parameter planIDs: equal for all series of one table.
    public static func csvHeader(planIDs: [String]) -> String {
        (["policy", "seed", "time_s", "frames", "lost", "fallbacks", "mean_ms", "p95_ms", "uplink_bps"]
            + planIDs.map { "share:\($0)" }).map(csvField).joined(separator: ",") + "\n"
    }

    /// A line a step (RFC 4180, lines end in a line feed). What a step lacks is left empty.
    public func csv(policy: PolicyName, seed: UInt64) -> String {
        let seconds = length.inSeconds
        return steps.enumerated().map { index, step in
            let shares = step.plans.map { step.frames > 0 ? number(Double($0) / Double(step.frames)) : "" }
            let fields =
                [
                    csvField(policy.description), "\(seed)",
                    DecimalText.of(length.count * Int64(index), places: 9), "\(step.frames)", "\(step.lost)",
                    "\(step.fallbacks)", step.mean.map { DecimalText.of($0.count, places: 6) } ?? "",
                    step.p95.map { DecimalText.of($0.count, places: 6) } ?? "",
                    number((Double(step.plannedBytes) * 8 / seconds).rounded()),
                ] + shares
            return fields.joined(separator: ",") + "\n"
        }.joined()
    }

    private func number(_ value: Double) -> String { DecimalText.of(value) }
}
