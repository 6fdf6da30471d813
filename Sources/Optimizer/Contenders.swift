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
    public func contenders(slack: Int = 0) -> [Int] { cells(slack: slack).map(\.index) }

    /// The contenders, each with the prices left to it.
    fileprivate func cells(slack: Int = 0) -> [(index: Int, cell: PriceCell)] {
        precondition(slack >= 0, "what costs more than the best still contends, not what costs less")
        let vectors = map { Direction($0) }
        var first: [CutWork: Int] = [:]
        for (index, work) in enumerated() where first[work] == nil { first[work] = index }
        let distinct = indices.filter { first[self[$0]] == $0 }
        // A rival that left nothing to the last one mostly leaves nothing to the next: it is asked first.
        var rivals = distinct
        return distinct.compactMap { index in
            var cell = PriceCell()
            let killer = rivals.firstIndex { rival in
                rival != index && !cell.clip(by: vectors[rival].times(Int128(100 + slack)) - vectors[index].times(100))
            }
            if let killer { rivals.swapAt(0, killer) }
            return killer == nil ? (index, cell) : nil
        }
    }

    /// For each of these that is strictly best under some prices, such prices, in small numbers.
    fileprivate func certificates() -> [Int: CutPrice] {
        let vectors = map { Direction($0) }
        let prices = cells().map { index, cell in
            let price = cell.interior { ray in
                vectors.allSatisfy { $0 == vectors[index] || ($0 - vectors[index]).dot(ray) > 0 }
            }
            return (index, price.price)
        }
        return Dictionary(prices) { first, _ in first }
    }
}

extension [Plan] {
    /// These plans, in their order, each that is best under some conditions with a certificate of that: at run time no other can
    /// be the fastest at any one moment, whatever the price of time, bytes and energy. Conditions price what plans take, and
    /// only differences count, so round trip and queue, which all plans but edge-only have alike, play no part.
    ///
    /// - Complexity: O(n²).
    public func certified() -> [Plan] {
        let certificates = map(\.work).certificates()
        return enumerated().map { index, plan in
            var plan = plan
            plan.certificate = certificates[index].flatMap(PlanCertificate.init)
            return plan
        }
    }

    /// Those that have a certificate, and edge-only in floats and cloud-only: fallback and baselines.
    public func bestUnderSomeConditions() -> [Plan] {
        certified().filter {
            $0.certificate != nil || $0.isCloudOnly || ($0.isEdgeOnly && $0.headPrecision == nil)
        }
    }
}

extension Plan {
    fileprivate var work: CutWork {
        CutWork(edge: edgeWork + encodeWork, bytes: transmitBytes, cloud: cloudWork)
    }
}

extension PlanCertificate {
    fileprivate init?(_ price: CutPrice) {
        guard price.edge > 0, price.bytes > 0, price.cloud > 0 else { return nil }
        let cloud = Double(price.cloud)
        self.init(
            edgeSlowdown: Double(price.edge) / cloud,
            uplink: BitRate(bitsPerSecond: 8e9 * cloud / Double(price.bytes)))
    }
}
