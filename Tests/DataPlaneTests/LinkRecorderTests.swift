import DataPlane
import Model
import TestSupport
import Testing

@Suite(.serialized) struct LinkRecorderTests {
    /// A link of known rates and round trip answers a core that has no frames.
    private func measure(
        up: BitRate, down: BitRate, rtt: Nanoseconds, for duration: Nanoseconds
    ) -> (samples: [Sample], largest: Int) {
        var settings = AgentCore.Settings()
        settings.downlinkProbeInterval = .milliseconds(500)
        var core = AgentCore(settings: settings, edgeOnly: TinyNetwork.edgeOnly)
        var now = Instant.zero
        var samples: [Sample] = []
        var largest = 0
        var pongs: [(time: Instant, number: UInt64)] = []
        func take(_ effects: [AgentCore.Effect]) {
            for effect in effects {
                switch effect {
                case .ping(let number, let padding, let answer):
                    let transfer = Nanoseconds(seconds: up.seconds(for: padding) + down.seconds(for: answer))
                    pongs.append((now + rtt + transfer, number))
                    largest = max(largest, padding, answer)
                case .sample(let sample): samples.append(sample)
                default: Issue.record("\(effect)")
                }
            }
        }
        take(core.step(.link(1, .up), at: now))
        while now < .zero + duration {
            let tick = now + .milliseconds(10)
            for pong in pongs where pong.time <= tick {
                now = pong.time
                take(core.step(.link(1, .pong(number: pong.number)), at: now))
            }
            pongs.removeAll { $0.time <= tick }
            now = tick
            take(core.step(.tick, at: now))
        }
        return (samples, largest)
    }

    /// Transfers of low weight, too short beside the round trip to tell their rate, are left out.
    @Test(arguments: [(0.2, 1.0), (8, 2), (8, 80), (8, 0.06), (60, 60)])
    func ratesAndRoundTripAreThoseOfTheLink(up: Double, down: Double) {
        let (samples, largest) = measure(
            up: .mbps(up), down: .mbps(down), rtt: .milliseconds(40), for: .seconds(20))
        func values(_ metric: Metric) -> [Double] {
            samples.filter { $0.metric == metric && $0.weight > 0.1 }.map(\.value)
        }
        let (ups, downs) = (values(.uplink), values(.downlink))
        #expect(ups.count > 15 && downs.count > 15, "each direction is measured")
        #expect(ups.allSatisfy { abs($0 - up * 1e6) < up * 1e3 }, "\(ups)")
        #expect(downs.allSatisfy { abs($0 - down * 1e6) < down * 1e3 }, "\(downs)")
        #expect(values(.rtt).count > 50 && values(.rtt).allSatisfy { $0 == 0.04 })
        #expect(samples.allSatisfy { $0.metric == .rtt ? $0.origin == .ping : $0.origin == .probe })
        #expect(largest <= 65536)
    }

    @Test func anAgentAsksForNothingBack() {
        var core = AgentCore(settings: .init(), edgeOnly: TinyNetwork.edgeOnly)
        var number: UInt64 = 0
        for tick in 0..<1000 as Range<Int64> {
            let now = Instant.zero + .milliseconds(tick * 10)
            for event in [tick == 0 ? .link(1, .up) : .link(1, .pong(number: number)), AgentCore.Event.tick] {
                for case .ping(let sent, _, let answer) in core.step(event, at: now) {
                    number = sent
                    #expect(answer == 0)
                }
            }
        }
        #expect(number > 50)
    }

    /// Over real sockets: what is read is not above what the emulated link lets pass, and its outage is seen.
    @Test(.timeLimit(.minutes(2))) func aLiveLinkIsMeasured() async throws {
        let worker = try await LiveWorker()
        let isOut = Shared(false)
        let relay = try await LiveRelay(to: worker.endpoint) { _ in
            .init(rate: isOut.value ? .zero : .mbps(8), delay: .milliseconds(15))
        }
        let recorder = LinkRecorder(configuration: .init(worker: relay.endpoint), logger: quiet)
        let seen = Shared<[Sample]>([])
        let run = Task { await recorder.run { sample in seen.change { $0.append(sample) } } }
        func values(_ metric: Metric) -> [Double] { seen.value.filter { $0.metric == metric }.map(\.value) }
        try await eventually("both directions are measured") {
            values(.uplink).count >= 8 && values(.downlink).count >= 8 && values(.runQueue).count >= 2
        }
        #expect(values(.rtt).allSatisfy { $0 >= 0.015 })
        let median = values(.uplink).sorted()[values(.uplink).count / 2]
        #expect(median > 0 && median < 16e6, "\(values(.uplink))")
        #expect(values(.downlink).allSatisfy { $0 > 0 })
        isOut.change { $0 = true }
        try await eventually("the outage is seen") { values(.uplink).contains(0) }
        isOut.change { $0 = false }
        let readings = values(.uplink).count { $0 > 0 }
        try await eventually("its end is seen") { values(.uplink).count { $0 > 0 } > readings + 2 }
        run.cancel()
        await run.value
        await relay.stop()
        await worker.kill()
    }
}
