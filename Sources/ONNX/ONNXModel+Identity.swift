import Crypto
import FoundationEssentials
public import Model

extension ONNXModel {
    /// Name and digest: SHA-256 of the model file followed by the whole of its external files, in the order of their
    /// locations. Of the file that was read: a bound, exposed or cut model has the identity of its source.
    ///
    /// - Throws: `ONNXError` where an external file cannot be read.
    /// - Complexity: reads every byte, 1 MiB at a time.
    public func identity() throws(ONNXError) -> ModelIdentity {
        var hash = SHA256()
        source.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        for (location, path) in source.externalPaths.sorted(by: { $0.key < $1.key }) {
            do {
                let file = try InputFile(path: path)
                try file.forEachChunk(of: 0..<file.size) { hash.update(bufferPointer: $0) }
            } catch let failure as SystemFailure {
                throw error(.unreadable(reason: "external file '\(location)': \(failure.reason)"))
            } catch {
                throw self.error(.unreadable(reason: "external file '\(location)' cannot be read"))
            }
        }
        let digits = Array("0123456789abcdef")
        let text = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return ModelIdentity(name: name, sha256: String(text))
    }
}
