public import Model

extension Arrivals {
    /// Mean time between two frames, which a device tells who decides for it; `nil` where frames wait for answers, or where one
    /// has none after it.
    public var meanInterval: Nanoseconds? {
        let interval: Nanoseconds? =
            switch self {
            case .periodic(let every): every
            case .poisson(let perSecond): Nanoseconds(seconds: 1 / perSecond)
            case .bursts(let size, _, let every): size > 0 ? Nanoseconds(every.count / Int64(size)) : nil
            case .recorded(let times): Self.meanInterval(of: times)
            case .closedLoop: nil
            }
        return interval.flatMap { $0 > .zero ? $0 : nil }
    }

    private static func meanInterval(of times: [Nanoseconds]) -> Nanoseconds? {
        guard let first = times.first, let last = times.last, times.count > 1 else { return nil }
        return Nanoseconds((last - first).count / Int64(times.count - 1))
    }
}
