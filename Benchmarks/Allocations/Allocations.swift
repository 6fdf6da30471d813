import CAllocations
import Foundation
import MadeUp
import Model
import Optimizer

/// Counts what decisions take from the heap, which is to be nothing: the program's own `malloc` counts, so nothing is timed here.
///
///     allocations
///
/// Ends with 1 where a decision takes a block, and with 3 where blocks can't be counted: where the control, which takes some, is
/// not seen to.
@main enum Allocations {
    private static let calls = 1000

    static func main() {
        let set = MadeUpDecisions.planSet(64)
        var sink = 0.0
        let taken = count { sink += set.plans.map { Double($0.transmitBytes) }.max() ?? 0 }
        guard taken >= calls else { end("the control, an array, takes no block: they can't be counted here", 3) }
        var isClean = true
        for (name, decision) in decisions(on: set) {
            let blocks = count { sink += decision()?.value ?? 0 }
            print("\(name): \(blocks) blocks in \(calls) calls")
            isClean = isClean && blocks == 0
        }
        print("control, an array of 64 numbers: \(taken) blocks in \(calls) calls")
        precondition(sink > 0, "every decision was made")
        if !isClean { end("a decision takes memory from the heap", 1) }
    }

    private static func decisions(on set: PlanSet) -> [(String, () -> Ranking?)] {
        let (window, wide) = (MadeUpDecisions.window(256), MadeUpDecisions.wideWindow(256))
        let loaded = Workload(frameInterval: .milliseconds(33), horizon: .seconds(2))
        return [
            ("best under one condition, 64 plans", { set.best(under: window.newest) }),
            ("best under one condition with overload, 64 plans", { set.best(under: window.newest, workload: loaded) }),
            ("best by mean over 256 samples, 64 plans", { set.best(for: window) }),
            ("best by mean with overload over 256 samples, 64 plans", { set.best(for: window, workload: loaded) }),
            ("best by p95 over 256 samples, 64 plans", { set.best(for: window, objective: .quantile(0.95)) }),
            ("best by p95 over 256 varied samples, 64 plans", { set.best(for: wide, objective: .quantile(0.95)) }),
        ]
    }

    /// Blocks taken in all calls.
    private static func count(_ call: () -> Void) -> Int {
        // What is set up once, on first use, is no part of a decision.
        call()
        let before = allocations_so_far()
        for _ in 0..<calls { call() }
        return allocations_so_far() - before
    }

    private static func end(_ message: String, _ code: Int32) -> Never {
        FileHandle.standardError.write(Data("\(message)\n".utf8))
        exit(code)
    }
}
