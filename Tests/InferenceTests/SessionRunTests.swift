import Inference
import Model
import Testing

@Suite struct SessionRunTests {
    private let named = [
        "a": floats([1, 2, 3], [3]), "b": floats([10, 20, 30], [3]), "n": integers([3, -4], [2]),
    ]
    private let sum = floats([11, 22, 33], [3])
    private let square = integers([9, 16], [2])

    @Test func runsSeveralInputsAndOutputsOfSeveralTypes() throws {
        let session = try session(.twoByTwo)
        #expect(try session.run(named) == [sum, square])
        #expect(try session.run(["a", "b", "n"].compactMap { named[$0] }) == [sum, square])
    }

    @Test func answersInTheOrderAsked() throws {
        let session = try session(.twoByTwo)
        #expect(try session.run(named, outputs: ["square", "sum"]) == [square, sum])
        #expect(try session.run(named, outputs: ["square"]) == [square])
    }

    /// Against a product written out, on shapes that change from run to run.
    @Test func multipliesLikeTheDefinition() throws {
        let session = try session(.product)
        for seed in 0..<1_000 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let (m, k, n) = (
                Int.random(in: 0...6, using: &generator), Int.random(in: 1...6, using: &generator),
                Int.random(in: 1...6, using: &generator)
            )
            let a = (0..<m * k).map { _ in Float(Int.random(in: -9...9, using: &generator)) }
            let b = (0..<k * n).map { _ in Float(Int.random(in: -9...9, using: &generator)) }
            var expected = [Float](repeating: 0, count: m * n)
            for i in 0..<m { for j in 0..<n { for l in 0..<k { expected[i * n + j] += a[i * k + l] * b[l * n + j] } } }
            let found = try session.run([floats(a, [m, k]), floats(b, [k, n])])
            #expect(found == [floats(expected, [m, n])], "seed \(seed)")
        }
    }

    @Test(arguments: ElementType.allCases) func passesEveryElementType(type: ElementType) throws {
        var model = TinyModel()
        model.input("x", type, [2, 5])
        model.output("y", type, [2, 5])
        model.node("Identity", "copy", from: ["x"], to: ["y"])
        let session = try session(model, SessionOptions(optimization: .disabled))
        #expect(session.inputs[0].elementType == type)
        let bytes = (0..<10 * type.byteWidth).map { UInt8($0 % 2) }
        let value = TensorValue(elementType: type, shape: TensorShape([2, 5]), bytes: bytes)
        #expect(try session.run([value]) == [value])
    }

    @Test func takesScalarsAndEmptyTensors() throws {
        #expect(try session(.increment([])).run([floats([4], [])])[0].floats == [5])
        #expect(try session(.increment([nil, 2])).run([floats([], [0, 2])]) == [floats([], [0, 2])])
    }

    /// More inputs and outputs than the fixed room for a run's pointers.
    @Test func takesManyPorts() throws {
        var model = TinyModel()
        for index in 0..<40 {
            model.input("x\(index)", .float32, [1])
            model.output("y\(index)", .float32, [1])
            model.node("Neg", "negate\(index)", from: ["x\(index)"], to: ["y\(index)"])
        }
        let values = (0..<40).map { floats([Float($0)], [1]) }
        #expect(try session(model).run(values) == (0..<40).map { floats([-Float($0)], [1]) })
    }

    @Test func servesSeveralThreadsAtATime() async throws {
        let session = try session(.perceptron)
        let inputs = (0..<8).map { task in floats((0..<16).map { Float(task * 16 + $0) }, [1, 16]) }
        let alone = try inputs.map { try session.run([$0]) }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for (input, expected) in zip(inputs, alone) {
                group.addTask { try (0..<200).count { _ in try session.run([input]) != expected } }
            }
            for try await wrong in group { #expect(wrong == 0) }
        }
        #expect(Set(alone.map { $0[0].bytes }).count == 8)
    }

    @Test func refusesInputsThatDoNotFit() throws {
        let session = try session(.increment([2, nil]))
        func error(_ inputs: [String: TensorValue]) -> String { failure { try session.run(inputs) }?.description ?? "" }
        #expect(error([:]) == "input x: is missing")
        let good = floats([1, 2], [2, 1])
        #expect(error(["x": good]) == "")
        #expect(error(["x": good, "z": good]) == "input z: the model has no such input, only x")
        #expect(
            error(["x": integers([1, 2], [2, 1])])
                == "input x: has elements of int64, the model wants float32")
        #expect(error(["x": floats([1, 2, 3], [3, 1])]) == "input x: has shape 3x1, the model wants 2x?")
        #expect(error(["x": floats([1, 2], [2])]) == "input x: has shape 2, the model wants 2x?")
        #expect(failure { try session.run([good, good]) }?.description == "input x: 2 values for 1 inputs")
    }

    @Test func refusesOutputsThatAreNotThere() throws {
        let session = try session(.twoByTwo)
        #expect(
            failure { try session.run(named, outputs: ["sum", "w"]) }?.description
                == "output w: the model has no such output, only sum, square")
        #expect(
            failure { try session.run(named, outputs: ["sum", "sum"]) }?.description == "output sum: is asked for twice"
        )
    }

    @Test func reportsAFailureWhileRunning() throws {
        let error = failure { try session(.product).run([floats([1, 2], [1, 2]), floats([1, 2, 3], [3, 1])]) }
        guard case .failedRun(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("multiply") && !reason.contains("\n"))
    }
}
