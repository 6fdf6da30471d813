import Model
import Sim
import YAMLReading

extension Expectation {
    /// - Parameters:
    ///   - key: `[POLICY.]METRIC`; without a policy the product's own.
    ///   - value: `0`, `at most 30`, `at least 0.5 of oracle`.
    ///   - policies: those that the scenario runs.
    init(_ key: String, _ value: YAMLValue, among policies: [PolicyName]) throws(DocumentError) {
        let dot = key.lastIndex(of: ".")
        policy = try Self.policy(dot.map { key[..<$0] } ?? "adaptive", value, among: policies)
        let name = dot.map { String(key[key.index(after: $0)...]) } ?? key
        guard let metric = RunMetric(rawValue: name) else {
            let known = RunMetric.allCases.map(\.rawValue)
            let hint = nearestName(to: name, among: known).map { "did you mean '\($0)'?" }
            throw value.error("bounds no figure of a run; \(hint ?? "there are \(known.joined(separator: ", "))")")
        }
        self.metric = metric
        let text = value.scalar ?? ""
        bound = Bound.allCases.first { text.hasPrefix($0.rawValue + " ") } ?? .exactly
        let rest = bound == .exactly ? text[...] : text.dropFirst(bound.rawValue.count + 1)
        let words = rest.split(separator: " ")
        guard let number = words.first.flatMap({ Double($0) }), number.isFinite,
            words.count == 1 || words.count == 3 && words[1] == "of"
        else { throw value.error("is no bound; write 0, at most 30, or at most 1.05 of best-static") }
        if words.count == 1 {
            limit = .value(number)
        } else {
            limit = .share(number, of: try Self.policy(words[2], value, among: policies))
        }
    }

    private static func policy(
        _ name: Substring, _ value: YAMLValue, among policies: [PolicyName]
    ) throws(DocumentError) -> PolicyName {
        guard let policy = policies.first(where: { $0.description == name }) else {
            let known = policies.map(\.description).joined(separator: ", ")
            throw value.error("speaks of \(quoted(name)), which is not run here; there are \(known)")
        }
        return policy
    }
}
