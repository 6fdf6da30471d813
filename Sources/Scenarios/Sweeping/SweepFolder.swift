import Crypto
import FoundationEssentials
import Synchronization

/// The files that a sweep reads: those of its scenario, and traces of its own. Notes the digest of each, so that a result can be
/// told to be of exactly these.
struct SweepFolder: Sendable {
    /// Before the name of a trace that the sweep names, not the scenario.
    static let mark = "sweep:"

    let scenario: ScenarioFolder
    /// What a file beside the sweep holds.
    let own: @Sendable (String) -> Data?

    func folder(noting digests: FileDigests) -> ScenarioFolder {
        ScenarioFolder(name: scenario.name, source: scenario.source) { [self] name in
            let isOwn = name.hasPrefix(Self.mark)
            let data = isOwn ? own(String(name.dropFirst(Self.mark.count))) : scenario.contents(name)
            if let data { digests.note(name, data) }
            return data
        }
    }
}

/// SHA-256 of files by name.
final class FileDigests: Sendable {
    private let known = Mutex<[String: String]>([:])

    func note(_ name: String, _ data: Data) {
        let digest = SHA256.hash(data: data).hexadecimal
        known.withLock { $0[name] = digest }
    }

    /// In the order of names.
    var all: [(name: String, digest: String)] {
        known.withLock { $0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension Digest {
    var hexadecimal: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
