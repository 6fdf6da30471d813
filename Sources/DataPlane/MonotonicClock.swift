import Foundation
package import Model

/// The machine's monotonic clock, which does not count suspension. Its origin is the machine's start, so processes of
/// one machine agree on it.
package enum MonotonicClock {
    package static func now() -> Instant {
        Instant(nanoseconds: Int64(clamping: DispatchTime.now().uptimeNanoseconds))
    }
}

/// Processor time of the calling thread.
enum ProcessorClock {
    /// Read as the two 64-bit words that `timespec` is on 64-bit systems: its members are not visible by name beside
    /// every module that declares them.
    static func now() -> Instant {
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: 2) { words in
            words.initialize(repeating: 0)
            words.withMemoryRebound(to: timespec.self) { time in
                if let time = time.baseAddress { _ = clock_gettime(CLOCK_THREAD_CPUTIME_ID, time) }
            }
            return Instant(nanoseconds: words[0] * 1_000_000_000 + words[1])
        }
    }
}

extension Duration {
    init(_ span: Nanoseconds) { self = .nanoseconds(span.count) }
}
