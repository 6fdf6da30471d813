import FoundationEssentials
import Model

/// Checks on what a decoded document says, with the place named where it is wrong.
struct DocumentCheck {
    /// What a file may say at most, so that no sum of its numbers overflows.
    enum Limit {
        static let time = Nanoseconds.seconds(3600)
        static let bytes = 1 << 40
        static let nanosecondsPerValue = 1e6
        static let count = 100_000
    }

    var source: String

    func require(
        _ condition: Bool, _ place: @autoclosure () -> String, _ problem: @autoclosure () -> String
    ) throws(DocumentError) {
        guard condition else { throw DocumentError(source: source, place: place(), problem: problem()) }
    }

    /// Reads `version` before anything else, since another version's document may have another form.
    func version(of data: Data, is supported: Int) throws(DocumentError) {
        struct Header: Decodable {
            var version: Int
        }
        let version = try StableJSON.decode(Header.self, from: data, source: source).version
        try require(version == supported, "version", "is \(version); this program reads version \(supported)")
    }

    func identity(_ model: ModelIdentity) throws(DocumentError) {
        let isDigest =
            model.sha256.utf8.count == 64
            && model.sha256.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        try require(isDigest, "model.sha256", "is not a SHA-256 digest: 64 hexadecimal digits, lower case")
    }

    func count(_ count: Int, _ place: String) throws(DocumentError) {
        try require(count <= Limit.count, place, "has \(count) entries; at most \(Limit.count) are read")
    }

    func time(_ time: Nanoseconds, _ place: @autoclosure () -> String) throws(DocumentError) {
        try require(
            (.zero...Limit.time).contains(time), place(),
            "is \(time.inMilliseconds); it must lie between 0 and \(Limit.time.inMilliseconds) ms")
    }

    func bytes(_ bytes: Int, _ place: @autoclosure () -> String) throws(DocumentError) {
        try require(
            (0...Limit.bytes).contains(bytes), place(), "is \(bytes); it must lie between 0 and \(Limit.bytes) bytes")
    }

    func share(_ share: Double, _ place: @autoclosure () -> String) throws(DocumentError) {
        try require((0...1).contains(share), place(), "is \(share); it must lie between 0 and 1")
    }

    /// - Parameter place: of the tensor's own object.
    func shape(_ shape: TensorShape, of type: ElementType, _ place: @autoclosure () -> String) throws(DocumentError) {
        try require(
            shape.elementCount <= Limit.bytes / type.byteWidth, "\(place()).shape",
            "is of more than \(Limit.bytes) bytes in memory")
    }

    func unique(
        _ names: [String], _ place: (Int) -> String
    ) throws(DocumentError) {
        var first: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            try require(!name.isEmpty, place(index), "is empty")
            if let earlier = first.updateValue(index, forKey: name) {
                throw DocumentError(
                    source: source, place: place(index), problem: "repeats '\(name)' of \(place(earlier))")
            }
        }
    }
}
