import Model
import Optimizer
import Telemetry

/// The journal's entries.
extension SplitController {
    /// A record of an event that is not about conditions.
    func record(_ kind: Decision.Kind, to: String? = nil, _ reason: String, at now: Instant) -> Action {
        .record(
            Decision(
                time: now, epoch: active?.epoch ?? 0, kind: kind, from: active?.id, to: to, reason: reason, inputs: nil,
                candidates: [], thresholds: thresholds(at: now), staysWhile: []))
    }

    func recordAborted(_ ended: Move, _ reason: String, at now: Instant) -> Action {
        var decision = ended.decision
        decision.kind = .aborted
        decision.time = now
        decision.reason = "the move to \(phrase(ended.plan.id, ended.plan)) is off: \(reason)"
        return .record(decision)
    }

    func recordStay(_ reason: Stay, at now: Instant) -> Action {
        let window = usableWindow(at: now)
        let weighed = window.map { candidates(over: $0) } ?? []
        let best = weighed.first { $0.plan != active?.id }
        return .record(
            Decision(
                time: now, epoch: active?.epoch ?? 0, kind: .stayed, from: active?.id, to: best?.plan,
                reason: explanation(of: reason, weighed, at: now), inputs: window.map { inputs($0, at: now) },
                candidates: weighed, thresholds: thresholds(at: now),
                staysWhile: reason == .noGain ? active?.plan.map { limits(of: $0, window) } ?? [] : []))
    }

    func decision(
        _ kind: Decision.Kind, epoch: Epoch, to plan: String, _ proposal: Proposal, at now: Instant
    ) -> Decision {
        let window = usableWindow(at: now)
        return Decision(
            time: now, epoch: epoch, kind: kind, from: active?.id, to: plan, reason: explanation(of: proposal, window),
            inputs: window.map { inputs($0, at: now) },
            candidates: window.map { candidates(over: $0, with: plan) } ?? [],
            thresholds: thresholds(at: now),
            staysWhile: proposal.cause == .gain ? limits(of: planSet.plans[proposal.plan], window) : [])
    }

    private func limits(of plan: Plan, _ window: ConditionsWindow?) -> [Decision.Range] {
        guard let window else { return [] }
        return corrected.stays(plan, objective: settings.objective).ranges(around: window.newest).filter {
            !$0.isEmpty && !$0.isUnlimited
        }.map { range in
            Decision.Range(
                condition: range.condition, low: range.low.value > 0 ? range.low.value : nil,
                high: range.high.value.isFinite ? range.high.value : nil)
        }
    }

    private func inputs(_ window: ConditionsWindow, at now: Instant) -> Decision.Inputs {
        let elapsed = self.window.map { now - $0.received } ?? .zero
        func aged(_ reading: MetricReading?) -> MetricReading? {
            reading.map { MetricReading(value: $0.value, age: $0.age + elapsed, confidence: $0.confidence) }
        }
        let evidence = self.window?.evidence
        return Decision.Inputs(
            newest: window.newest, samples: window.samples.count,
            evidence: Evidence(uplink: aged(evidence?.uplink), edgeSlowdown: aged(evidence?.edgeSlowdown)))
    }

    /// The best three plans in order; the present one and the target come last where they are not among them.
    private func candidates(over window: ConditionsWindow, with target: String? = nil) -> [Decision.Candidate] {
        var values: [Double] = []
        corrected.values(
            for: window.judged(by: settings.objective), objective: settings.objective, workload: settings.workload,
            into: &values)
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var chosen = Array(order.prefix(3))
        for id in [active?.plan?.id, target] {
            if let index = planSet.plans.firstIndex(where: { $0.id == id }), !chosen.contains(index) {
                chosen.append(index)
            }
        }
        return chosen.map { index in
            Decision.Candidate(
                plan: planSet.plans[index].id, predicted: values[index].isFinite ? values[index] * 1e3 : nil)
        }
    }

    private func thresholds(at now: Instant) -> Decision.Thresholds {
        let position = active?.position
        let regret = position.flatMap { $0 < workFunction.work.count ? workFunction.work[$0] : nil } ?? 0
        return Decision.Thresholds(
            objective: settings.objective.description, moveCost: Nanoseconds(seconds: price),
            regret: Nanoseconds(seconds: min(regret, price)), movesLeft: budget.left(at: now))
    }

    private func explanation(of proposal: Proposal, _ window: ConditionsWindow?) -> String {
        let plan = planSet.plans[proposal.plan]
        switch proposal.cause {
        case .pin: return "pinned: \(phrase(plan.id, plan))"
        case .outage: return "the link is lost: \(phrase(plan.id, plan))"
        case .rollback: return "back to \(phrase(plan.id, plan))"
        case .exploration:
            let (spent, here) = (predicted(proposal.value), amount(proposal.present))
            return "to know it better: \(phrase(plan.id, plan)) \(spent) against \(here) here"
        case .gain:
            let change = window.map { changeText(from: settledConditions, to: $0.newest) } ?? ""
            let gain = "\(change): \(phrase(plan.id, plan)) \(predicted(proposal.value))"
            guard active?.plan != nil else { return "\(gain); the plan here is not of this set" }
            return "\(gain) against \(amount(proposal.present)) here"
        }
    }

    /// What a frame is predicted to take or, by a deadline, to lose; from seconds, `nil` where nothing is answered.
    private func predicted(_ value: Double?) -> String {
        guard case .deadlineMiss = settings.objective.measure, value?.isFinite == true else {
            return "predicted \(amount(value))"
        }
        return "predicted to lose \(amount(value)) by the deadline"
    }

    private func amount(_ value: Double?) -> String { milliseconds((value ?? .infinity) * 1e3) }

    private func explanation(of stay: Stay, _ candidates: [Decision.Candidate], at now: Instant) -> String {
        switch stay {
        case .pinned: return "pinned by the operator"
        case .off: return "mode is off"
        case .outage: return "the link is lost; the edge goes on alone"
        case .noRefuge: return "the link is lost, and the edge alone is no plan of the set or does not keep up"
        case .noData:
            guard let window else { return "no samples of the conditions yet" }
            return window.evidence.lack(after: now - window.received, settings)?.text(settings) ?? "no samples"
        case .noAnswer: return "no plan would answer under these conditions"
        case .backoff: return "it failed; waiting to try again"
        case .budget: return "\(comparison(candidates)); the \(settings.movesPerHour) moves of an hour are used up"
        case .noGain, .shadow: return comparison(candidates)
        }
    }

    /// The present plan against the best other one.
    private func comparison(_ candidates: [Decision.Candidate]) -> String {
        let present = candidates.first { $0.plan == active?.plan?.id }?.predicted
        let here = "\(phrase(active?.id, active?.plan)) \(predicted(present.map { $0 / 1e3 }))"
        guard let other = candidates.first(where: { $0.plan != active?.plan?.id }) else { return here }
        let best = amount(other.predicted.map { $0 / 1e3 })
        return "\(here), \(phrase(other.plan, planSet.plan(id: other.plan))) \(best)"
    }
}
