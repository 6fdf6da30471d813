import FoundationEssentials
import Model
import Testing

@Suite struct UnitsTests {
    @Test func quantitiesNeedTheirUnit() throws {
        #expect(try Quantity.bitRate("3Mbps") == .mbps(3))
        #expect(try Quantity.bitRate("0.5 kbps") == BitRate(bitsPerSecond: 500))
        #expect(try Quantity.duration("20ms") == .milliseconds(20))
        #expect(try Quantity.duration("1.5s") == .milliseconds(1500))
        #expect(try Quantity.bytes("4MiB") == 4 << 20)
        #expect(try Quantity.share("0.5%") == 0.005)
        for text in ["", "3", "Mbps", "-3Mbps", "3mbps", "3Mbps ", "1e999Gbps", "nan", "٣Mbps", "3..1Mbps"] {
            #expect(throws: QuantityError.self, "\(text)") { try Quantity.bitRate(text) }
        }
        #expect(throws: QuantityError.self) { try Quantity.bytes("99999999999999999999GiB") }
    }

    @Test func quantitiesAreWrittenAsTheyAreRead() throws {
        for (time, text) in [
            (.zero, "0ms"), (.milliseconds(20), "20ms"), (.milliseconds(1500), "1500ms"), (.seconds(90), "90s"),
            (.seconds(120), "2min"), (.seconds(7200), "2h"), (.microseconds(3), "3us"), (Nanoseconds(1001), "1001ns"),
        ] {
            #expect(Quantity.text(of: time) == text)
        }
        for (rate, text) in [
            (BitRate.zero, "0Mbps"), (.mbps(10), "10Mbps"), (.mbps(0.5), "500kbps"), (.mbps(1500), "1.5Gbps"),
        ] {
            #expect(Quantity.text(of: rate) == text)
        }
        var random = SeededGenerator(seed: 8)
        for number in 0..<2000 {
            let time = Nanoseconds(Int64(random.next() >> (14 + random.next() % 50)))
            #expect(try Quantity.duration(Quantity.text(of: time)) == time, "number \(number)")
            let rate = BitRate(bitsPerSecond: Double(random.next() % 1_000_000_000))
            let read = try Quantity.bitRate(Quantity.text(of: rate)).bitsPerSecond
            #expect(abs(read - rate.bitsPerSecond) <= 1e-9 * rate.bitsPerSecond, "number \(number)")
        }
    }

    @Test func timesSurviveJSONToTheNanosecond() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<10_000 {
            let time = Nanoseconds(Int64.random(in: -1_000_000_000_000_000...1_000_000_000_000_000, using: &random))
            let data = try JSONEncoder().encode([time])
            #expect(try JSONDecoder().decode([Nanoseconds].self, from: data) == [time])
        }
    }

    @Test func spansFromFloatsSaturate() {
        #expect(Nanoseconds(seconds: .infinity) > .seconds(8_000_000_000))
        #expect(Nanoseconds(seconds: -.infinity) < .zero)
        #expect(Nanoseconds(seconds: .nan) == .zero)
        #expect(Nanoseconds(seconds: 1e-9) == Nanoseconds(1))
    }

    @Test func nothingTakesNoTimeEvenInAnOutage() {
        #expect(BitRate.zero.seconds(for: 0) == 0)
        #expect(BitRate.zero.seconds(for: 1) == .infinity)
        #expect(BitRate.mbps(8).seconds(for: 1_000_000) == 1)
    }

    @Test func packedSizes() {
        #expect(Precision(bits: 4)?.packedBytes(elements: 3, of: .float32) == 2)
        #expect(Precision.unquantised.packedBytes(elements: 3, of: .float32) == 12)
        #expect(Precision.unquantised.packedBytes(elements: 3, of: .int64) == 24)
        #expect(Precision(bits: 0) == nil && Precision(bits: 17) == nil && Precision(bits: 31) == nil)
    }
}
