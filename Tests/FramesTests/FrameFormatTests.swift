import Frames
import Model
import Testing

private let gradient = TestImage(width: 7, height: 5, channels: 3) { x, y, channel in x * 30 + y * 11 + channel * 60 }
private let grey = TestImage(width: 7, height: 5, channels: 1) { x, y, _ in x * 30 + y * 11 }

@Suite struct FrameFormatTests {
    @Test(
        arguments: [
            ("a.png", FrameFormat.png), ("A.PNG", .png), ("a.jpg", .jpeg), ("a.b.jpeg", .jpeg), ("a.npy", .npy),
            ("a.gif", nil), ("png", nil), (".png", nil), ("._a.png", nil), ("labels.csv", nil), ("", nil), ("a.", nil),
        ] as [(String, FrameFormat?)])
    func isToldByTheEnding(name: String, format: FrameFormat?) {
        #expect(FrameFormat(fileName: name) == format)
    }

    @Test(arguments: [[1, 3, 5, 7], [3, 5, 7]]) func pngGivesEverySampleExactly(shape: [Int]) throws {
        let value = try FrameFormat.png.decode(try gradient.png(), file: "a.png", for: input(shape))
        #expect(value == TensorValue(floats: gradient.planes, shape: TensorShape(shape)))
    }

    @Test func allValuesOfAPNGAreExact() throws {
        let ramp = TestImage(width: 256, height: 1, channels: 3) { x, _, _ in x }
        let value = try FrameFormat.png.decode(try ramp.png(), file: "a.png", for: input([1, 3, 1, 256]))
        #expect(value.floats == (0..<3).flatMap { _ in (0...255).map { Float($0) / 255 } })
    }

    @Test func greyFillsOneChannelOrThree() throws {
        let png = try grey.png()
        #expect(try FrameFormat.png.decode(png, file: "a.png", for: input([1, 1, 5, 7])).floats == grey.planes)
        #expect(try FrameFormat.png.decode(png, file: "a.png", for: input([1, 5, 7])).floats == grey.planes)
        let three = try FrameFormat.png.decode(png, file: "a.png", for: input([1, 3, 5, 7])).floats
        #expect(three == grey.planes + grey.planes + grey.planes)
    }

    @Test func transparencyLiesOnBlack() throws {
        let clear = TestImage(width: 2, height: 1, channels: 4) { x, _, channel in channel == 3 ? x * 255 : 200 }
        let value = try FrameFormat.png.decode(try clear.png(), file: "a.png", for: input([3, 1, 2]))
        #expect(value.floats == [0, 200, 0, 200, 0, 200].map { Float($0) / 255 })
    }

    @Test func jpegIsNearTheOriginal() throws {
        for image in [gradient, grey] {
            let bytes = try image.jpeg()
            let value = try FrameFormat.jpeg.decode(bytes, file: "a.jpg", for: input([1, image.channels, 5, 7]))
            for (found, wanted) in zip(value.floats, image.planes) { #expect(abs(found - wanted) < 4 / 255) }
            #expect(
                value == (try FrameFormat.jpeg.decode(bytes, file: "a.jpg", for: input([1, image.channels, 5, 7]))))
        }
    }

    @Test(arguments: [FrameFormat.png, .jpeg]) func anotherSizeIsRefused(format: FrameFormat) throws {
        let bytes = try format == .png ? gradient.png() : gradient.jpeg()
        let error = try #require(throws: FrameError.self) {
            try format.decode(bytes, file: "f/a.png", for: input([1, 3, 224, 7]))
        }
        #expect(error.description == "f/a.png: is 7x5, the model's input is 7x224; resize it")
    }

    @Test(arguments: [
        input([1, 3, 5, 7], .uint8), input([2, 3, 5, 7]), input([1, 2, 5, 7]), input([5, 7]), input([3, 0, 7]),
        input([1, 3, 1, 1 << 40]), input([]),
    ])
    func inputsThatNoImageFillsAreRefused(input: Tensor) throws {
        let png = try gradient.png()
        let jpeg = try gradient.jpeg()
        for (format, bytes) in [(FrameFormat.png, png), (.jpeg, jpeg)] {
            let error = try #require(throws: FrameError.self) { try format.decode(bytes, file: "a", for: input) }
            guard case .unusableInput = error else {
                Issue.record(error)
                return
            }
        }
    }

    @Test(arguments: [FrameFormat.png, .jpeg]) func damagedImagesAreRefused(format: FrameFormat) throws {
        let bytes = try format == .png ? gradient.png() : gradient.jpeg()
        for length in [0, 1, 8, 20, bytes.count / 2, bytes.count - 14] {
            let error = try #require(throws: FrameError.self, "\(length) bytes") {
                try format.decode(Array(bytes.prefix(length)), file: "a", for: input([1, 3, 5, 7]))
            }
            guard case .broken = error else {
                Issue.record(error)
                return
            }
        }
    }

    @Test(arguments: FrameFormat.allCases) func mutatedFilesThrowOrGiveValuesOfTheRightSize(format: FrameFormat) throws
    {
        let array = npy(
            dictionary: "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 3, 5, 7), }",
            content: Array(repeating: 9, count: 105))
        let files = [FrameFormat.png: try gradient.png(), .jpeg: try gradient.jpeg(), .npy: array]
        let original = try #require(files[format])
        let wanted = input([1, 3, 5, 7])
        var refused = 0
        for seed in UInt64(0)..<10_000 {
            var random = SeededGenerator(seed: seed)
            var bytes = original
            for _ in 0...Int.random(in: 0...3, using: &random) { mutate(&bytes, using: &random) }
            do throws(FrameError) {
                #expect(try format.decode(bytes, file: "a", for: wanted).shape == wanted.shape, "seed \(seed)")
            } catch {
                refused += 1
                #expect(!error.description.contains { $0.isNewline }, "seed \(seed)")
            }
        }
        #expect(refused > 1000)
    }

    private func mutate(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let byte = UInt8(truncatingIfNeeded: random.next())
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes.removeSubrange(place...)
        case 1: bytes.insert(byte, at: place)
        case 2, 3: if place < bytes.count { bytes[place] ^= 1 << (byte % 8) }
        case 4: if place < bytes.count { bytes[place] = [0, 0x7F, 0x80, 0xFF][Int(byte % 4)] }
        default: if place < bytes.count { bytes[place] = byte }
        }
    }
}
