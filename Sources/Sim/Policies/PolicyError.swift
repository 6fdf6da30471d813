public import Model

/// A policy that a world cannot run.
public enum PolicyError: InputError, Hashable {
    case unknown(String, nearest: String?)
    case noSuchPlan(String, group: String, nearest: String?)
    /// `kind`: what the policy needs, as in 'edge-only'.
    case lacksPlan(PolicyName, group: String, kind: String)

    public var description: String {
        switch self {
        case .unknown(let text, let nearest):
            let hint = nearest.map { "did you mean '\($0)'?" }
            let known = PolicyName.named.map(\.description).joined(separator: ", ")
            return "no policy is called \(quoted(text)); \(hint ?? "there are \(known), and fixed:PLAN-ID")"
        case .noSuchPlan(let id, let group, let nearest):
            let hint = nearest.map { "did you mean '\($0)'?" } ?? "name one of its plans"
            return "policy fixed:\(oneLine(id)): the plan set of group \(quoted(group)) has no such plan; \(hint)"
        case .lacksPlan(let policy, let group, let kind):
            return "policy \(policy): the plan set of group \(quoted(group)) has no plan that is \(kind); leave the "
                + "policy out, or add such a plan"
        }
    }

    private func oneLine(_ text: String) -> String { String(quoted(text).dropFirst().dropLast()) }
}
