public import Model

/// Workers with one queue, first come, first served.
public struct CloudPool: Hashable, Sendable {
    /// At the start, and without autoscaling for good. `nil`: one for each frame, so that none waits.
    public var workers: Int?
    /// Time of work over its profiled time. Work has the slowdown at its start.
    public var slowdown: Schedule<Double> = .constant(1)
    /// What a frame waits before it may be served, for the work of others.
    public var foreignQueue: Schedule<Nanoseconds> = .constant(.zero)
    public var batching: Batching?
    public var scaling: Scaling?

    /// A worker takes up to `most` frames of one plan at once: the first when it is free, after a wait of `wait` for others;
    /// every further one adds `marginal` of its time.
    public struct Batching: Hashable, Sendable {
        public var most = 8
        public var wait = Nanoseconds.zero
        public var marginal = 0.5

        public init() {}
    }

    /// Every `period` the pool has as many workers as bring `work / workers` to `target`, where work is the mean number of
    /// frames in the pool since the last look. A new one serves after `coldStart`; one too many goes when it is free.
    public struct Scaling: Hashable, Sendable {
        public var least = 1
        public var most = 16
        public var target = 0.7
        public var period = Nanoseconds.seconds(10)
        public var coldStart = Nanoseconds.seconds(5)

        public init() {}
    }

    public init() {}
}
