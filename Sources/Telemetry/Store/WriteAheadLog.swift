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
    static func hasLostCommits(at path: String) -> Bool {
        guard let bytes = try? [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) else { return false }
        return WriteAheadLog(bytes: bytes).hasLostCommits
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var hasLostCommits: Bool {
        guard bytes.count >= Self.headerSize + Self.frameHeaderSize else { return false }
        var sum = Checksum(isBigEndian: bytes[3] & 1 == 1)
        sum.add(bytes[0..<24])
        guard sum.first == word(24), sum.second == word(28), word(0) & ~1 == 0x377F_0682 else {
            return bytes.contains { $0 != 0 }
        }
        let page = Int(word(8))
        guard (512...65536).contains(page), page & (page - 1) == 0 else { return true }
        let frame = Self.frameHeaderSize + page
        var isBroken = false
        var start = Self.headerSize
        while start + frame <= bytes.count {
            let bearsSalts = word(start + 8) == word(16) && word(start + 12) == word(20)
            if isBroken {
                if bearsSalts, word(start + 4) != 0 { return true }
            } else {
                sum.add(bytes[start..<start + 8])
                sum.add(bytes[start + Self.frameHeaderSize..<start + frame])
                isBroken = !bearsSalts || sum.first != word(start + 16) || sum.second != word(start + 20)
            }
            start += frame
        }
        return false
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
