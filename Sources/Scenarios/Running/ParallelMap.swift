/// The results of independent pieces of work in the order of their inputs, up to `jobs` of them at a time. What comes out does
/// not depend on `jobs`.
///
/// - Parameter finished: told how many are done, each time that one is, in whatever order.
/// - Throws: the error of the first input, by their order, whose work failed.
public func parallelMap<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], jobs: Int, finished: (Int) -> Void = { _ in },
    _ work: @escaping @Sendable (Input) throws -> Output
) async throws -> [Output] {
    var outputs = [Result<Output, any Error>?](repeating: nil, count: inputs.count)
    await withTaskGroup(of: (Int, Result<Output, any Error>).self) { group in
        var next = 0
        func start() {
            guard next < inputs.count else { return }
            let (index, input) = (next, inputs[next])
            group.addTask { (index, Result { try work(input) }) }
            next += 1
        }
        for _ in 0..<max(jobs, 1) { start() }
        var done = 0
        for await (index, output) in group {
            outputs[index] = output
            done += 1
            finished(done)
            start()
        }
    }
    return try outputs.compactMap { try $0?.get() }
}
