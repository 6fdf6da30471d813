public import Model

extension [CutWork] {
    /// Positions of those that come within a factor of the best under some prices, ascending: those for which prices of edge
    /// time, bytes and cloud time exist, not all at the border, at which they cost at most `1 + slack` times what each other costs.
    /// Of equals the first counts. Without slack these are the strictly best ones: the extreme points of the lower hull.
    ///
    /// Exact: the prices left to one are a polygon, cut down by one half-plane for each rival.
    ///
    /// - Parameter slack: in hundredths.
    /// - Complexity: O(n² · corners of the polygons).
    public func contenders(slack: Int = 0) -> [Int] {
        precondition(slack >= 0, "what costs more than the best still contends, not what costs less")
        let vectors = map { Direction($0) }
        var first: [CutWork: Int] = [:]
        for (index, work) in enumerated() where first[work] == nil { first[work] = index }
        let distinct = indices.filter { first[self[$0]] == $0 }
        // A rival that left nothing to the last one mostly leaves nothing to the next: it is asked first.
        var rivals = distinct
        return distinct.filter { index in
            var cell = PriceCell()
            let killer = rivals.firstIndex { rival in
                rival != index && !cell.clip(by: vectors[rival].times(Int128(100 + slack)) - vectors[index].times(100))
            }
            if let killer { rivals.swapAt(0, killer) }
            return killer == nil
        }
    }
}

extension [Plan] {
    /// The plans that are best under some conditions, in their order here: at run time no other can ever be the fastest. Conditions
    /// price what plans take, and only differences count, so round trip and queue, which all plans but edge-only have alike,
    /// play no part. Edge-only in floats and cloud-only always remain: fallback and baselines.
    ///
    /// - Complexity: O(n²).
    public func bestUnderSomeConditions() -> [Plan] {
        let works = map { CutWork(edge: $0.edgeWork + $0.encodeWork, bytes: $0.transmitBytes, cloud: $0.cloudWork) }
        let best = Set(works.contenders())
        return enumerated().filter { index, plan in
            best.contains(index) || plan.isCloudOnly || (plan.isEdgeOnly && plan.headPrecision == nil)
        }.map(\.element)
    }
}
