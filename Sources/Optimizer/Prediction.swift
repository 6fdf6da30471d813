public import Model

/// Where the time of one frame goes under a plan, in seconds: the service times of an otherwise idle system. A stage that
/// cannot end, such as a transfer in an outage, is infinite.
public struct PredictedStages: Hashable, Codable, Sendable {
    public var edge: Double
    public var encode: Double
    public var transfer: Double
    public var roundTrip: Double
    public var cloudQueue: Double
    public var cloud: Double
    public var returning: Double

    public var total: Double { edge + encode + transfer + roundTrip + cloudQueue + cloud + returning }
}

extension Plan {
    /// Each stage of a frame under `conditions`, in seconds, with the plan's times as profiled:
    ///
    ///     T = (edgeWork + encodeWork) · edgeSlowdown + transmitBytes / uplink + RTT
    ///       + cloudQueue + cloudWork · cloudSlowdown + resultBytes / downlink
    ///
    /// An edge-only plan has its edge stage alone. A condition that is negative or not a number counts as infinitely bad.
    public func stages(under conditions: Conditions) -> PredictedStages { stages(under: conditions, SiteRatios()) }

    fileprivate func stages(under conditions: Conditions, _ ratios: SiteRatios) -> PredictedStages {
        let prices = Prices(conditions)
        let costs = PlanCosts(self)
        return PredictedStages(
            edge: seconds(Double(edgeWork.count) * ratios.edge, prices.edgeWork),
            encode: isEdgeOnly ? 0 : seconds(Double(encodeWork.count) * ratios.edge, prices.edgeWork),
            transfer: seconds(costs.transmitBytes, prices.sentByte),
            roundTrip: seconds(costs.remote, Prices.held(Double(conditions.rtt.count))),
            cloudQueue: seconds(costs.remote, Prices.held(Double(conditions.cloudQueue.count))),
            cloud: seconds(costs.cloud * ratios.cloud, prices.cloudWork),
            returning: seconds(costs.resultBytes, prices.returnedByte))
    }

    /// The sum of the stages in seconds, up to the rounding of a sum in another order.
    public func latency(under conditions: Conditions) -> Double {
        PlanCosts(self).latency(at: Prices(conditions)) / 1e9
    }
}

extension PlanSet {
    /// Each stage of a frame under one of the set's plans, its times corrected by what is known of its drift.
    public func stages(of plan: Plan, under conditions: Conditions) -> PredictedStages {
        plan.stages(under: conditions, drift[plan.id] ?? SiteRatios())
    }
}

extension PredictedStages {
    /// Joules that a frame takes of the edge.
    public func energy(_ model: EnergyModel, of plan: Plan) -> Double {
        let bytes =
            plan.isEdgeOnly
            ? 0 : Double(plan.transmitBytes) * model.sentByte + Double(plan.resultBytes) * model.receivedByte
        return model.compute * (edge + encode) + model.radio * (transfer + returning)
            + model.idle * (roundTrip + cloudQueue + cloud) + bytes
    }
}

/// Seconds that `amount` units take at `price` nanoseconds.
private func seconds(_ amount: Double, _ price: Double) -> Double { Prices.time(amount * price) / 1e9 }

/// What one unit of each cost takes under some conditions, in nanoseconds. The latency of a plan is linear in these five
/// numbers. None is negative, infinite or not-a-number: what never ends has the price `endless`, so that none of it costs
/// nothing and any of it adds up to a time that `time(_:)` tells from others.
struct Prices {
    /// Of one nanosecond of profiled edge work.
    var edgeWork: Double
    var sentByte: Double
    /// Of leaving the edge at all: round trip and queue in the cloud.
    var remote: Double
    /// Of one nanosecond of profiled cloud work.
    var cloudWork: Double
    var returnedByte: Double

    private static var endless: Double { 1e305 }
    /// From here on a sum of priced amounts counts as infinite.
    static var endlessTime: Double { 1e290 }

    @inline(__always)
    init(_ conditions: Conditions) {
        edgeWork = Self.held(conditions.edgeSlowdown)
        sentByte = Self.held(8e9 / conditions.uplink.bitsPerSecond)
        remote = Self.held(Double(conditions.rtt.count)) + Self.held(Double(conditions.cloudQueue.count))
        cloudWork = Self.held(conditions.cloudSlowdown)
        returnedByte = Self.held(8e9 / conditions.downlink.bitsPerSecond)
    }

    /// `price`, or `endless` where it is negative, infinite or not a number.
    @inline(__always)
    static func held(_ price: Double) -> Double { price >= 0 && price < endless ? price : endless }

    /// A sum of priced amounts, infinite where an endless one is among them, even as a share of a mean.
    @inline(__always)
    static func time(_ sum: Double) -> Double { sum < endlessTime ? sum : .infinity }

    @inline(__always)
    init(edgeWork: Double, sentByte: Double, remote: Double, cloudWork: Double, returnedByte: Double) {
        self.edgeWork = edgeWork
        self.sentByte = sentByte
        self.remote = remote
        self.cloudWork = cloudWork
        self.returnedByte = returnedByte
    }

    /// The mean of each price over a window.
    init(meanOf window: ConditionsWindow) {
        self.init(meanOf: window.samples.count) { Prices(window.samples[$0]) }
    }

    /// The mean of each of `count` prices, summed in their order.
    @inline(__always)
    init(meanOf count: Int, _ priced: (Int) -> Prices) {
        var sum = Prices(edgeWork: 0, sentByte: 0, remote: 0, cloudWork: 0, returnedByte: 0)
        for index in 0..<count {
            let prices = priced(index)
            sum.edgeWork += prices.edgeWork
            sum.sentByte += prices.sentByte
            sum.remote += prices.remote
            sum.cloudWork += prices.cloudWork
            sum.returnedByte += prices.returnedByte
        }
        let count = Double(count)
        self.init(
            edgeWork: sum.edgeWork / count, sentByte: sum.sentByte / count, remote: sum.remote / count,
            cloudWork: sum.cloudWork / count, returnedByte: sum.returnedByte / count)
    }
}

extension PlanCosts {
    /// Nanoseconds.
    @inline(__always)
    func latency(at prices: Prices) -> Double { Prices.time(pricedSum(at: prices)) }

    /// The latency where it is finite, else a number from `Prices.endlessTime` on.
    @inline(__always)
    func pricedSum(at prices: Prices) -> Double {
        let local = edge * prices.edgeWork + transmitBytes * prices.sentByte
        let away = remote * prices.remote + cloud * prices.cloudWork
        return local + away + (resultBytes * prices.returnedByte + fixed)
    }

    /// The longest of the three services that frames pass in series, in nanoseconds.
    @inline(__always)
    func longestService(at prices: Prices) -> Double {
        max(edge * prices.edgeWork, max(transmitBytes * prices.sentByte, cloud * prices.cloudWork))
    }
}
