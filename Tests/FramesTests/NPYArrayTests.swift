import Frames
import Model
import Testing

private let floats: [Float] = [0, -1.5, .infinity, 1e-30, 1, 2]
private let floatBytes = floats.withUnsafeBytes { Array($0) }

private func decode(_ bytes: [UInt8], _ extents: [Int] = [2, 3]) throws -> TensorValue {
    try FrameFormat.npy.decode(bytes, file: "a.npy", for: input(extents))
}

@Suite struct NPYArrayTests {
    @Test(arguments: [UInt8(1), 2, 3]) func floatsComeAsTheyAre(version: UInt8) throws {
        let bytes = npy(
            version: version, dictionary: "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
            content: floatBytes)
        #expect(try decode(bytes) == TensorValue(floats: floats, shape: TensorShape([2, 3])))
    }

    @Test func bytesAreDividedBy255() throws {
        let bytes = npy(
            dictionary: "{'descr': '|u1', 'fortran_order': False, 'shape': (256,), }", content: Array(0...255))
        #expect(try decode(bytes, [256]).floats == (0...255).map { Float($0) / 255 })
    }

    @Test(arguments: [
        "{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"<f4\"}",
        "{ 'fortran_order' : False , 'shape' : ( 2 , 3 , ) , 'descr' : '<f4' , } ",
    ])
    func anyOrderAndSpacingOfTheHeaderIsRead(dictionary: String) throws {
        #expect(try decode(npy(dictionary: dictionary, content: floatBytes)).floats == floats)
    }

    @Test(arguments: [
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", "elements of type '<f8', not '<f4' or '|u1'"),
        ("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }", "elements of type '>f4', not '<f4' or '|u1'"),
        ("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", "in Fortran order, not C order"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", "24 bytes of content, not 16"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (9000000000, 9000000000), }", "NPY content cut short"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "NPY header not understood"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -3), }", "NPY header not understood"),
        ("{'descr': '<f4', 'fortran_order': False, }", "NPY header not understood"),
        ("{'descr': '<f4', 'descr': '<f4', 'shape': (2, 3), }", "NPY header not understood"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } x", "NPY header not understood"),
        ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3), }", "NPY header not understood"),
        ("{'descr': '<f4", "NPY header not understood"),
        ("", "NPY header not understood"),
    ])
    func otherHeadersAreRefused(dictionary: String, problem: String) {
        #expect(throws: FrameError.broken(file: "a.npy", problem: problem)) {
            try decode(npy(dictionary: dictionary, content: floatBytes))
        }
    }

    @Test func shortFilesAreRefused() {
        let whole = npy(dictionary: "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", content: floatBytes)
        for length in 0..<whole.count {
            #expect(throws: FrameError.self, "\(length) bytes") { try decode(Array(whole.prefix(length))) }
        }
        #expect(throws: FrameError.broken(file: "a.npy", problem: "NPY version 4 is not 1, 2 or 3")) {
            try decode(npy(version: 4, dictionary: "{}", content: []))
        }
    }

    @Test func anotherShapeIsRefused() throws {
        let bytes = npy(
            dictionary: "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", content: floatBytes)
        let error = try #require(throws: FrameError.self) { try decode(bytes, [3, 2]) }
        #expect(error.description == "a.npy: is an array of 2x3, the model's input is 3x2; resize it")
    }
}
