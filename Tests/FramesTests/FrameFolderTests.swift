import FoundationEssentials
import Frames
import Model
import Testing

private let pixel = TestImage(width: 1, height: 1, channels: 3) { _, _, channel in channel * 100 }

private func lines(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct FrameFolderTests {
    @Test func framesLieInTheByteOrderOfTheirNames() throws {
        let png = try pixel.png()
        let files = ["b.png": png, "B.png": png, "a10.npy": [], "a9.jpeg": [], "é.jpg": [], "z.JPG": [], "x.txt": []]
        try withFolder(files) { path in
            let folder = try FrameFolder(path: path)
            #expect(folder.files == ["B.png", "a10.npy", "a9.jpeg", "b.png", "z.JPG", "é.jpg"])
            #expect(folder.count == 6)
            #expect(folder.label(at: 0) == nil)
            let wanted = input([1, 3, 1, 1])
            #expect(try folder.value(at: 0, for: wanted).floats == [0, Float(100) / 255, Float(200) / 255])
            #expect(throws: FrameError.self) { try folder.value(at: 1, for: wanted) }
            #expect(throws: FrameError.noSuchFrame(index: 6, count: 6)) { try folder.value(at: 6, for: wanted) }
            #expect(throws: FrameError.noSuchFrame(index: -1, count: 6)) { try folder.value(at: -1, for: wanted) }
        }
    }

    @Test func labelsAreReadFromTheFolderOrElsewhere() throws {
        let files = [
            "a.png": [], "b,1.png": [], "c.png": [], "labels.csv": lines("file,label\na.png,3\nb,1.png,0\n"),
            "other.csv": lines("file,label\r\nc.png,12\r\n"),
        ]
        try withFolder(files) { path in
            let folder = try FrameFolder(path: path)
            #expect((-1...3).map(folder.label) == [nil, 3, 0, nil, nil])
            let other = try FrameFolder(path: path, labels: "\(path)/other.csv")
            #expect((0..<3).map(other.label) == [nil, nil, 12])
        }
    }

    @Test(arguments: [
        ("", 1, "the header is ''"),
        ("a.png,3", 1, "the header is 'a.png,3'"),
        ("file,label\na.png", 2, "no comma in 'a.png'"),
        ("file,label\na.png,1\nx.png,2", 3, "no frame 'x.png' in the folder"),
        ("file,label\na.png,cat", 2, "'cat' is not a class, a number from 0"),
        ("file,label\na.png,-1", 2, "'-1' is not a class, a number from 0"),
        ("file,label\na.png,99999999999999999999", 2, "'99999999999999999999' is not a class, a number from 0"),
        ("file,label\n\na.png,1\na.png,1", 4, "'a.png' has two labels"),
    ])
    func badLabelsAreRefusedByTheirLine(text: String, line: Int, problem: String) throws {
        try withFolder(["a.png": [], "labels.csv": lines(text)]) { path in
            let wanted = FrameError.badLabels(file: "\(path)/labels.csv", line: line, problem: problem)
            #expect(throws: wanted) { try FrameFolder(path: path) }
        }
    }

    @Test func mutatedLabelsThrowOrAreRead() {
        let original = lines("file,label\na.png,3\nb.png,14\r\n")
        var refused = 0
        for seed in UInt64(0)..<10_000 {
            var random = SeededGenerator(seed: seed)
            var text = original
            for _ in 0...Int.random(in: 0...2, using: &random) {
                text[Int.random(in: 0..<text.count, using: &random)] = UInt8(truncatingIfNeeded: random.next())
            }
            do throws(FrameError) {
                _ = try FrameFolder.labels(text: text, path: "labels.csv", files: ["a.png", "b.png"])
            } catch {
                refused += 1
                #expect(!error.description.contains { $0.isNewline }, "seed \(seed)")
            }
        }
        #expect(refused > 5000)
    }

    @Test func foldersAndFilesThatCannotBeReadAreNamed() throws {
        try withFolder(["x.txt": []]) { path in
            #expect(throws: FrameError.noFrames(folder: path)) { try FrameFolder(path: path) }
            #expect(throws: FrameError.unreadable(path: "\(path)/none")) { try FrameFolder(path: "\(path)/none") }
            #expect(throws: FrameError.unreadable(path: "\(path)/x.txt")) { try FrameFolder(path: "\(path)/x.txt") }
        }
        try withFolder(["a.png": []]) { path in
            try FileManager.default.createDirectory(atPath: "\(path)/b.png", withIntermediateDirectories: false)
            let folder = try FrameFolder(path: path)
            #expect(throws: FrameError.unreadable(path: "\(path)/b.png")) {
                try folder.value(at: 1, for: input([1, 3, 1, 1]))
            }
            #expect(throws: FrameError.unreadable(path: "\(path)/none.csv")) {
                try FrameFolder(path: path, labels: "\(path)/none.csv")
            }
        }
    }
}
