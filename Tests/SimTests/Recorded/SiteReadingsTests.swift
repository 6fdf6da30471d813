import Foundation
import Model
import Sim
import TestSupport
import Testing

@Suite struct SiteReadingsTests {
    private typealias Entry = Reading<SiteReadings.Slowdown>

    private func entry(_ seconds: Double, _ plan: Int, _ slowdown: Double) -> Entry {
        Reading(time: .zero + Nanoseconds(seconds: seconds), value: .init(plan: plan, slowdown: slowdown))
    }

    /// A machine that jumps now and then, seen through plans with ratios of their own and chance of some per cent: the ratios are
    /// found where plans changed often enough, and with them the machine.
    @Test func ratiosAndMachineAreToldApart() throws {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let plans = Int.random(in: 2...4, using: &random)
            let work = (0..<plans).map { Nanoseconds.milliseconds(Int64($0 + 1)) }
            let ratios = (0..<plans).map { plan in
                plan == plans - 1 ? 1 : Double.random(in: 0.6...1.8, using: &random)
            }
            var (plan, machine, readings, truth) = (0, 3.0, [Entry](), [Double]())
            for frame in 0..<1_200 {
                if Int.random(in: 0..<15, using: &random) == 0 { plan = .random(in: 0..<plans, using: &random) }
                if Int.random(in: 0..<150, using: &random) == 0 { machine = .random(in: 1...8, using: &random) }
                let chance = Double.random(in: 0.96...1.04, using: &random)
                readings.append(entry(Double(frame) / 5, plan, machine * ratios[plan] * chance))
                truth.append(machine)
            }
            let site = SiteReadings(readings, work: work)
            #expect(site.ratios[plans - 1] == 1, "seed \(seed)")
            for plan in 0..<plans {
                let found = try #require(site.ratios[plan])
                #expect(abs(found / ratios[plan] - 1) < 0.15, "seed \(seed): \(found) of \(ratios[plan])")
            }
            let course = try #require(site.course(from: .zero))
            let errors = readings.indices.map { abs(course.value(at: readings[$0].time) / truth[$0] - 1) }
            #expect(errors.sorted()[errors.count / 2] < 0.1, "seed \(seed)")
        }
    }

    /// Within what machines change by anyway, least squares with a prior of one reading have a closed form where two plans alternate.
    @Test func ofTwoPlansTheRatioHasAClosedForm() throws {
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let ratio = Double.random(in: 0.92...1.08, using: &random)
            let changes = Int.random(in: 1...6, using: &random)
            var readings: [Entry] = []
            for stretch in 0...changes {
                for _ in 0..<3 {
                    let plan = stretch % 2
                    readings.append(entry(Double(readings.count) * 0.2, plan, plan == 0 ? 4 * ratio : 4))
                }
            }
            let site = SiteReadings(readings, work: [.milliseconds(1), .milliseconds(9)])
            let weight = 3.0 * Double(changes)
            let expected = exp(log(ratio) * 2 * weight / (1 + 2 * weight))
            let found = try #require(site.ratios[0])
            #expect(abs(found / expected - 1) < 1e-9, "seed \(seed)")
        }
    }

    /// A load that comes just when the plan changes is the machine's, where other changes say so.
    @Test func aLoadThatComesWithAMoveIsNotThePlans() throws {
        for place in 1...4 {
            var readings: [Entry] = []
            for stretch in 0...4 {
                for _ in 0..<5 {
                    let (load, own) = (stretch >= place ? 2.3 : 1, stretch % 2 == 0 ? 1.1 : 1)
                    readings.append(entry(Double(readings.count) * 0.2, stretch % 2, 8 * load * own))
                }
            }
            let site = SiteReadings(readings, work: [.milliseconds(1), .milliseconds(9)])
            let found = try #require(site.ratios[0])
            #expect(abs(found - 1.1) < 0.07, "\(place): \(found)")
        }
    }

    /// A pause longer than the machine is taken to stay tells nothing of the plans.
    @Test func plansFarApartTellNothing() {
        let readings = [entry(0, 0, 2), entry(60, 1, 8), entry(120, 0, 2)]
        #expect(SiteReadings(readings, work: [.milliseconds(1), .milliseconds(2)]).ratios == [0: 1, 1: 1])
        #expect(SiteReadings([], work: []).ratios.isEmpty)
        #expect(SiteReadings([], work: []).course(from: .zero) == nil)
    }

    /// A step of the machine is seen where it is, up to the mean around it.
    @Test func theCourseIsTheMeanAround() throws {
        let readings = (0..<40).map { entry(Double($0) / 2, 0, $0 < 20 ? 1 : 3) }
        let course = try #require(SiteReadings(readings, work: [.milliseconds(5)]).course(from: .zero))
        #expect(course.value(at: .zero + .seconds(4)) == 1 && course.value(at: .zero + .seconds(15)) == 3)
        let around = course.value(at: .zero + .seconds(10))
        #expect(abs(around - (3 * 1 + 4 * 3) / 7) < 1e-12)
    }
}
