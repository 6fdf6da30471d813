import Glibc
import Model

/// The autoscaler: as many workers as bring the mean number of frames per worker to the target.
extension Simulation {
    mutating func scale() {
        guard let scaling = world.cloud.scaling else { return }
        let time = now.nanoseconds
        pool.count(0, at: time)
        let mean = pool.frameTime / Double(scaling.period.count)
        pool.frameTime = 0
        let wanted = Int(min(max((mean / scaling.target).rounded(.up), Double(scaling.least)), Double(scaling.most)))
        let present = pool.present
        if wanted > present {
            for _ in present..<wanted { schedule(Happening(.workerReady), after: scaling.coldStart.count) }
            pool.starting += wanted - present
        } else {
            letGo(present - wanted)
        }
        if time < world.duration.count || pool.frames > 0 {
            schedule(Happening(.scale), after: scaling.period.count)
        }
    }

    /// Of those that serve or are free, the last numbered first; those that start up come all the same.
    private mutating func letGo(_ count: Int) {
        var left = count
        for worker in (pool.workers ?? []).indices.reversed() where left > 0 {
            guard let state = pool.workers?[worker], !state.isGone, !state.isLeaving else { continue }
            if state.job < 0 {
                pool.workers?[worker].isGone = true
            } else {
                pool.workers?[worker].isLeaving = true
            }
            left -= 1
        }
    }

    mutating func workerReady() {
        pool.starting -= 1
        bringBack(1)
    }

    /// Workers that were gone serve again, the first numbered first; new ones where none was.
    mutating func bringBack(_ count: Int) {
        var left = count
        for worker in (pool.workers ?? []).indices where left > 0 {
            guard let state = pool.workers?[worker], state.isGone else { continue }
            pool.workers?[worker] = PoolState.Worker(waits: state.waits)
            pool.free.append(Int32(worker))
            left -= 1
        }
        for _ in 0..<left {
            pool.free.append(Int32(pool.workers?.count ?? 0))
            pool.workers?.append(PoolState.Worker())
        }
        servePool()
    }
}
