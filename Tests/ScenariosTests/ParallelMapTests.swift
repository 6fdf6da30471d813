import Scenarios
import Testing

@Suite struct ParallelMapTests {
    private struct Odd: Error, Equatable { var number: Int }

    @Test func resultsAreInTheOrderOfTheirInputs() async throws {
        for jobs in [0, 1, 3, 100] {
            var finished: [Int] = []
            let squares = try await parallelMap(Array(0..<50), jobs: jobs, finished: { finished.append($0) }) {
                $0 * $0
            }
            #expect(squares == (0..<50).map { $0 * $0 } && finished == Array(1...50), "\(jobs) jobs")
        }
        #expect(try await parallelMap([Int](), jobs: 2) { $0 }.isEmpty)
    }

    @Test func theFirstErrorByOrderIsThrown() async {
        await #expect(throws: Odd(number: 7)) {
            try await parallelMap(Array(0..<50), jobs: 8) { number in
                if number >= 7 && number % 2 == 1 { throw Odd(number: number) }
                return number
            }
        }
    }
}
