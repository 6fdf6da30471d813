internal import GRDB
internal import Model
internal import Synchronization

/// What one round of upkeep did.
public struct Upkeep: Hashable, Sendable {
    /// Minutes that were rolled up.
    public var minutes = 0
    /// Rows and roll-ups that were removed.
    public var removed = 0
}

extension TelemetryStore {
    /// Rolls up what has settled and removes what `StoreOptions.retention` does not keep, in small transactions, so that
    /// writing goes on meanwhile. The store does it by itself every `StoreOptions.upkeepInterval`.
    ///
    /// Age counts back from now or the newest sample, whichever is earlier: a clock that leaps ahead removes nothing by
    /// itself. After a step of the wall clock by more than an hour nothing is removed for its age for a day.
    /// - Throws: `StoreError` or `StoreUnavailable`; what was done so far stays done.
    @discardableResult
    public func upkeep() async throws -> Upkeep {
        do {
            let round = UpkeepRound(store: self, pool: try pool())
            var done = Upkeep(minutes: try await round.rollUp())
            if watch.withLock({ $0.isTrusted(steady: options.steadyClock()) }) {
                done.removed = try await round.removeOld()
            }
            done.removed += try await round.removeExcess()
            queue.withLock { $0.status.upkeepFailure = nil }
            return done
        } catch {
            let error = storeError(error, path: path)
            let isFirst = queue.withLock { queue in
                defer { queue.status.upkeepFailure = "\(error)" }
                return queue.status.upkeepFailure == nil
            }
            if isFirst { options.notice(.upkeepFails(path: path, problem: "\(error)")) }
            throw error
        }
    }
}
