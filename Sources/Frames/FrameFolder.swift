internal import FoundationEssentials
public import Model

/// A folder of frames, labelled or not: the files ending in `.png`, `.jpg`, `.jpeg` and `.npy`, in the byte order of their
/// names.
public struct FrameFolder: Sendable {
    /// The labels file that is read where none is named.
    public static let labelsFile = "labels.csv"
    /// A larger file is refused.
    static let largestFile = 1 << 30

    public let path: String
    /// The frames' file names.
    public let files: [String]
    private let labels: [Int?]

    public var count: Int { files.count }

    /// - Parameter labels: path of a labels file: the header `file,label`, then one line a frame with its file name and its
    ///   class, a number from 0. `nil` reads `labels.csv` in the folder where there is one. Not every frame needs a label.
    /// - Throws: `unreadable`, `noFrames`, `badLabels`.
    public init(path: String, labels: String? = nil) throws(FrameError) {
        self.path = path
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .unreadable(path: path)
        }
        files = entries.filter { FrameFormat(fileName: $0) != nil }.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        guard !files.isEmpty else { throw .noFrames(folder: path) }
        let table: [String: Int]
        if let labels {
            table = try Self.labels(in: labels, files: files)
        } else if entries.contains(Self.labelsFile) {
            table = try Self.labels(in: "\(path)/\(Self.labelsFile)", files: files)
        } else {
            table = [:]
        }
        self.labels = files.map { table[$0] }
    }

    /// The class of a frame; `nil` where it has none, or there is no such frame.
    public func label(at index: Int) -> Int? { labels.indices.contains(index) ? labels[index] : nil }

    /// A frame as a model's input. Images give red, green and blue planes (one grey plane for an input of one channel), each
    /// value k of 0…255 as exactly `Float(k) / 255`; transparent parts lie on black. Arrays give their elements: `float32`
    /// as they are, `uint8` divided by 255.
    /// - Throws: `noSuchFrame`, `unreadable`, `broken`, `wrongSize`, `unusableInput`.
    public func value(at index: Int, for input: Tensor) throws(FrameError) -> TensorValue {
        guard files.indices.contains(index), let format = FrameFormat(fileName: files[index]) else {
            throw .noSuchFrame(index: index, count: count)
        }
        let file = "\(path)/\(files[index])"
        return try format.decode(try Self.bytes(of: file), file: file, for: input)
    }

    static func bytes(of file: String) throws(FrameError) -> [UInt8] {
        // Only a regular file: reading a pipe would wait for its writer.
        let resolved = URL(filePath: file).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved),
            attributes[.type] as? FileAttributeType == .typeRegular,
            let size = attributes[.size] as? UInt
        else { throw .unreadable(path: file) }
        guard size <= largestFile else {
            throw .broken(file: file, problem: "has \(size) bytes, too large for a frame")
        }
        guard let data = FileManager.default.contents(atPath: resolved) else { throw .unreadable(path: file) }
        return [UInt8](data)
    }
}
