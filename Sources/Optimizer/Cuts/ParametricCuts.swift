public import Model

/// A cut that is best under some prices, with such a price as its proof.
public struct PricedCut: Hashable, Sendable {
    /// Of all cuts of this work the one of the smallest head.
    public let cut: Cut
    public let work: CutWork
    /// A price, every part of it positive, at which every cut of other work costs more.
    public let price: CutPrice

    /// Checks the proof by one minimum cut: this cut is a closed one of the graph, takes `work`, and none costs less at `price`.
    ///
    /// - Throws: as `LayerGraph.cutsBestUnderSomePrices`.
    public func isBest(in graph: LayerGraph, _ graphWork: GraphWork) throws(PlanningError) -> Bool {
        _ = try graphWork.validatedSum(for: graph)
        guard cut.partition.inHead.count == graph.layers.count,
            let partition = try? Partition(inHead: cut.partition.inHead, of: graph),
            Cut(partition, of: graph) == cut, graphWork.work(of: cut) == work
        else { return false }
        var solver = PricedCutSolver(of: graph, graphWork)
        return solver.solve(at: Direction(price)) == price.cost(of: work)
    }
}

extension LayerGraph {
    /// Every cut that is strictly best under some prices, ascending by work, with the price that proves it.
    ///
    /// These are the extreme points of the lower hull of (edge time, bytes, cloud time) over all closed heads. Each is the only best one
    /// under some price of positive parts. Where prices with parts of zero, or on the border between two cuts, make
    /// several cuts equally good, one of them is here, too: for every price some cut of the result is a best one. Of cuts that
    /// take the same the one of the smallest head is given.
    ///
    /// Method: outer approximation of the least cost as a function of the price, which is concave and piecewise linear. Over the
    /// triangle of prices the cuts found so far form an envelope above it. At each corner of the envelope a minimum cut is
    /// sought: a cheaper one is a new cut, whose cell cuts the corner off and adds its own corners; otherwise the corner is right.
    /// Once all corners are right the function and its envelope are equal there, hence everywhere. Each minimum cut finds a cut or
    /// settles a corner, so there are O(cuts) of them. (Benson, "An outer approximation algorithm for generating all efficient extreme
    /// points", J. Global Optimization 13, 1998, in its dual form: Ehrgott, Löhne, Shao, J. Global Optimization 52, 2012.)
    /// Prices are exact, so no cut is missed and none is found twice.
    ///
    /// - Throws: `PlanningError` where a time or size is negative or missing, their sum too large, or pins contradict one another.
    /// - Complexity: O(cuts) minimum cuts, and O(cuts²) operations on prices.
    public func cutsBestUnderSomePrices(_ work: GraphWork) throws(PlanningError) -> [PricedCut] {
        _ = try work.validatedSum(for: self)
        var search = ParametricSearch(of: self, work)
        return search.run()
    }
}

/// The cuts found so far, and the corners of their envelope that have not been looked at.
private struct ParametricSearch {
    private struct Found {
        var cut: Cut
        var work: CutWork
        var vector: Direction
    }

    private let graph: LayerGraph
    private let work: GraphWork
    private var solver: PricedCutSolver
    private var found: [Found] = []
    private var corners: [(ray: Direction, cost: Int128)] = []
    /// Corners where a minimum cut was sought. Only asked whether it holds one.
    private var settled = Set<Direction>()

    init(of graph: LayerGraph, _ work: GraphWork) {
        self.graph = graph
        self.work = work
        solver = PricedCutSolver(of: graph, work)
    }

    mutating func run() -> [PricedCut] {
        _ = solver.solve(at: Direction(1, 1, 1))
        add(solver.cut)
        while let (ray, cost) = corners.popLast() {
            // A cut found since may have cut the corner off.
            let isCorner = found.allSatisfy { $0.vector.dot(ray) >= cost }
            guard isCorner, settled.insert(ray).inserted else { continue }
            if solver.solve(at: ray) < cost { add(solver.cut) }
        }
        return found.indices.compactMap(priced).sorted { $0.work < $1.work }
    }

    private mutating func add(_ cut: Cut) {
        let work = work.work(of: cut)
        let vector = Direction(work)
        found.append(Found(cut: cut, work: work, vector: vector))
        guard let cell = cell(of: found.count - 1) else { return }
        for ray in cell.rays { corners.append((ray, vector.dot(ray))) }
    }

    /// Where a cut is no worse than the others found; `nil` where that has no interior.
    private func cell(of index: Int) -> PriceCell? {
        var cell = PriceCell()
        for rival in found.indices where rival != index {
            guard cell.clip(by: found[rival].vector - found[index].vector) else { return nil }
        }
        return cell
    }

    private func priced(_ index: Int) -> PricedCut? {
        guard let cell = cell(of: index) else { return nil }
        let own = found[index].vector
        let price = cell.interior { ray in
            found.indices.allSatisfy { $0 == index || (found[$0].vector - own).dot(ray) > 0 }
        }
        return PricedCut(cut: found[index].cut, work: found[index].work, price: price.price)
    }
}

/// Minimum cuts of one graph at one price after the other, exact.
private struct PricedCutSolver {
    private let graph: LayerGraph
    private let work: GraphWork
    private let form: CutNetwork
    private var network: FlowNetwork<Int128>
    private var costs: FlowCosts<Int128>

    /// - Parameter work: validated for the graph.
    init(of graph: LayerGraph, _ work: GraphWork) {
        self.graph = graph
        self.work = work
        form = CutNetwork(graph)
        network = form.flowNetwork(Int128.self)
        costs = form.emptyCosts(for: network)
    }

    /// - Returns: the least cost.
    mutating func solve(at price: Direction) -> Int128 {
        form.set(
            &costs, of: network, edge: work.edge.map { price.x &* Int128($0.count) },
            cloud: work.cloud.map { price.z &* Int128($0.count) },
            transmit: work.transmit.map { price.dot(Direction($0)) }, pinned: work.pinned)
        network.solve(costs)
        return network.bound
    }

    /// The cut that costs the least at the price solved for last; of several the one of the smallest head.
    var cut: Cut {
        do {
            let inHead = form.nodes.map(network.isOnSourceSide)
            return Cut(try Partition(inHead: inHead, of: graph), of: graph)
        } catch {
            preconditionFailure("no residual arc leaves the source side, so it is closed: \(error)")
        }
    }
}
