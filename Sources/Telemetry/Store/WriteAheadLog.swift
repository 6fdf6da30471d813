internal import Foundation

/// Looks into a write-ahead log (SQLite file format, section 4): a header of 32 bytes, then frames, each a page behind a
/// header of 24 bytes. A frame holds if it bears the header's salts and its checksum, which runs on from the header over
/// all frames before it; SQLite reads the log up to the last commit before the first frame that does not hold.
struct WriteAheadLog {
    private static let headerSize = 32
    private static let frameHeaderSize = 24

    private let bytes: [UInt8]

    /// Whether transactions were committed to the log that SQLite can no longer read: beyond the first frame that does
    /// not hold a later one of the same salts marks a commit. A writer killed amid a write leaves no such frame.
    ///
    /// A writer at work may be met amid a frame: damage is what two looks in a row find at one place.
    static func hasLostCommits(at path: String) -> Bool {
        var before = look(at: path)
        for _ in 0..<8 {
            guard let found = before else { return false }
            let again = look(at: path)
            if again == found { return true }
            before = again
        }
        return false
    }

    /// A frame that does not hold, with a commit beyond.
    private struct Break: Equatable {
        /// The log's header: another one after each restart of the log.
        var header: [UInt8]
        var offset: Int
    }

    private static func look(at path: String) -> Break? {
        guard let bytes = try? [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) else { return nil }
        let log = WriteAheadLog(bytes: bytes)
        return log.lossOffset.map { Break(header: Array(bytes.prefix(headerSize)), offset: $0) }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Where the first frame lies that does not hold, provided that there is a commit beyond.
    private var lossOffset: Int? {
        guard bytes.count >= Self.headerSize + Self.frameHeaderSize else { return nil }
        var sum = Checksum(isBigEndian: bytes[3] & 1 == 1)
        sum.add(bytes[0..<24])
        guard sum.first == word(24), sum.second == word(28), word(0) & ~1 == 0x377F_0682 else {
            return bytes.contains { $0 != 0 } ? 0 : nil
        }
        let page = Int(word(8))
        guard (512...65536).contains(page), page & (page - 1) == 0 else { return 0 }
        let frame = Self.frameHeaderSize + page
        var broken: Int?
        for start in stride(from: Self.headerSize, through: bytes.count - frame, by: frame) {
            let bearsSalts = word(start + 8) == word(16) && word(start + 12) == word(20)
            if broken != nil {
                if bearsSalts, word(start + 4) != 0 { return broken }
            } else {
                sum.add(bytes[start..<start + 8])
                sum.add(bytes[start + Self.frameHeaderSize..<start + frame])
                if !bearsSalts || sum.first != word(start + 16) || sum.second != word(start + 20) { broken = start }
            }
        }
        return nil
    }

    private func word(_ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The log's running checksum over pairs of words.
    private struct Checksum {
        let isBigEndian: Bool
        private(set) var first: UInt32 = 0
        private(set) var second: UInt32 = 0

        init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

        /// - Parameter bytes: a multiple of eight.
        mutating func add(_ bytes: ArraySlice<UInt8>) {
            bytes.withUnsafeBytes { bytes in
                for offset in stride(from: 0, to: bytes.count, by: 8) {
                    let even = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                    let odd = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
                    first = first &+ (isBigEndian ? UInt32(bigEndian: even) : UInt32(littleEndian: even)) &+ second
                    second = second &+ (isBigEndian ? UInt32(bigEndian: odd) : UInt32(littleEndian: odd)) &+ first
                }
            }
        }
    }
}
