import DataPlane
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import Model
import SwiftProtobuf
import Testing

/// Agent, worker, controller and relay over real sockets, with real inference. One after another: they share two
/// processors.
@Suite(.serialized) struct LiveTests {
    private func configuration(
        worker: Endpoint?, controller: Endpoint? = nil, interval: Int64 = 10, frames: Int?
    ) -> EdgeAgent.Configuration {
        var configuration = EdgeAgent.Configuration(
            device: "test", worker: worker, controller: controller, frameInterval: .milliseconds(interval))
        configuration.frames = frames
        configuration.edgeOnlyPlan = TinyNetwork.edgeOnly
        return configuration
    }

    private func agent(_ configuration: EdgeAgent.Configuration) throws -> EdgeAgent {
        try EdgeAgent(configuration: configuration, source: TinyNetwork(), frames: TinyFrames(), logger: quiet)
    }

    private func checkAll(_ ledger: FrameLedger, _ watch: Watch, frames: Int) {
        #expect(ledger.captured == frames)
        #expect(ledger.lost == 0)
        #expect(ledger.duplicated == 0)
        #expect(watch.records.map(\.frame).sorted() == Array(0..<frames))
        for record in watch.records {
            let (total, latency) = (record.stages.total.inSeconds, record.latency.inSeconds)
            #expect(abs(total - latency) <= latency * 0.02, "frame \(record.frame)")
        }
    }

    @Test(.timeLimit(.minutes(2))) func everyPlanServesEveryFrame() async throws {
        let worker = try await LiveWorker()
        for plan in TinyNetwork.all {
            var configuration = configuration(worker: worker.endpoint, frames: 40)
            configuration.fixedPlan = plan
            configuration.fallback = false
            let watch = Watch()
            let ledger = try await agent(configuration).run { watch.add($0) }
            checkAll(ledger, watch, frames: 40)
            #expect(ledger.fallback == 0)
            #expect(watch.records.allSatisfy { $0.planID == plan.id })
            // Eight bits may change a close call, no more.
            #expect(watch.records.count { $0.isCorrect == true } >= 36, "\(plan.id)")
            if !plan.isEdgeOnly {
                #expect(watch.records.allSatisfy { $0.sentBytes == plan.transmitBytes })
                #expect(watch.samples.contains { $0.metric == .rtt })
                #expect(watch.samples.contains { $0.metric == .cloudSlowdown })
            }
        }
        await worker.kill()
    }

    @Test(.timeLimit(.minutes(2))) func movesLoseNoFrame() async throws {
        let worker = try await LiveWorker()
        let controller = LiveController(planSet: TinyNetwork().planSet)
        try await controller.serving { endpoint in
            let watch = Watch()
            var configuration = configuration(worker: worker.endpoint, controller: endpoint, frames: nil)
            // On a busy machine the cloud's answers may be late: then a frame waits, rather than be answered alone.
            configuration.fallback = false
            let agent = try self.agent(configuration)
            let run = Task { try await agent.run { watch.add($0) } }
            try await eventually("an epoch can be prepared") {
                controller.received.value.contains {
                    if case .samples(let s) = $0 { s.contains { $0.metric == .rtt } } else { false }
                }
            }
            for epoch in 1...12 {
                controller.order(.prepare(epoch, TinyNetwork.all[epoch % 4]))
                try await eventually("epoch \(epoch) is prepared") {
                    controller.received.value.contains(.prepared(epoch))
                }
                controller.order(.activate(epoch))
                try await eventually("epoch \(epoch - 1) is drained") {
                    controller.received.value.contains(.drained(epoch - 1))
                }
                controller.order(.retire(epoch - 1))
                let before = watch.records.count
                try await eventually("frames flow") { watch.records.count > before + 5 }
            }
            agent.stop()
            let ledger = try await run.value
            checkAll(ledger, watch, frames: ledger.captured)
            #expect(ledger.fallback == 0)
            #expect(Set(watch.records.map(\.epoch)) == Set(0...12))
            let told: [FrameRecord] = controller.received.value.flatMap { message -> [FrameRecord] in
                if case .frames(let records) = message { records } else { [] }
            }
            #expect(told == watch.records)
        }
        await worker.kill()
    }

    @Test(.timeLimit(.minutes(2))) func aWorkerThatEndsIsMissedAndJoinedAgain() async throws {
        var worker = try await LiveWorker()
        let port = worker.endpoint.port
        var configuration = configuration(worker: worker.endpoint, frames: nil)
        configuration.fixedPlan = TinyNetwork.middle8
        let watch = Watch()
        let agent = try self.agent(configuration)
        let run = Task { try await agent.run { watch.add($0) } }
        for _ in 0..<2 {
            let planned = watch.records.count { $0.answer == .planned }
            try await eventually("the cloud answers") { watch.records.count { $0.answer == .planned } > planned + 10 }
            await worker.kill()
            let alone = watch.records.count { $0.answer == .fallback }
            try await eventually("the edge answers alone") {
                watch.records.count { $0.answer == .fallback } > alone + 10
            }
            worker = try await LiveWorker(port: port)
        }
        let planned = watch.records.count { $0.answer == .planned }
        try await eventually("the cloud answers again") { watch.records.count { $0.answer == .planned } > planned + 10 }
        agent.stop()
        let ledger = try await run.value
        checkAll(ledger, watch, frames: ledger.captured)
        #expect(ledger.fallback > 0)
        #expect(watch.losses >= 2)
        #expect(watch.restorations >= 2)
        await worker.kill()
    }

    @Test(.timeLimit(.minutes(2))) func withoutFallbackFramesWaitForTheWorker() async throws {
        var worker = try await LiveWorker()
        var configuration = configuration(worker: worker.endpoint, frames: nil)
        configuration.fixedPlan = TinyNetwork.cloud8
        configuration.fallback = false
        let watch = Watch()
        let agent = try self.agent(configuration)
        let run = Task { try await agent.run { watch.add($0) } }
        try await eventually("the cloud answers") { watch.records.count > 10 }
        await worker.kill()
        try await eventually("the loss is seen") { watch.losses > 0 }
        worker = try await LiveWorker(port: worker.endpoint.port)
        let before = watch.records.count
        try await eventually("the cloud answers again") { watch.records.count > before + 10 }
        agent.stop()
        let ledger = try await run.value
        checkAll(ledger, watch, frames: ledger.captured)
        #expect(ledger.fallback == 0)
        await worker.kill()
    }

    @Test(.timeLimit(.minutes(2))) func duringAnOutageTheEdgeAnswers() async throws {
        let worker = try await LiveWorker()
        let isOut = Shared(false)
        let relay = try await LiveRelay(to: worker.endpoint) { _ in
            .init(rate: isOut.value ? .zero : .mbps(20), delay: .milliseconds(5))
        }
        var configuration = configuration(worker: relay.endpoint, frames: nil)
        configuration.fixedPlan = TinyNetwork.middle8
        let watch = Watch()
        let agent = try self.agent(configuration)
        let run = Task { try await agent.run { watch.add($0) } }
        try await eventually("the cloud answers") { watch.records.count { $0.answer == .planned } > 10 }
        isOut.change { $0 = true }
        try await eventually("the edge answers alone") { watch.records.count { $0.answer == .fallback } > 20 }
        isOut.change { $0 = false }
        let planned = watch.records.count { $0.answer == .planned }
        try await eventually("the cloud answers again") { watch.records.count { $0.answer == .planned } > planned + 10 }
        isOut.change { $0 = true }
        agent.stop()
        let ledger = try await run.value
        checkAll(ledger, watch, frames: ledger.captured)
        #expect(watch.samples.contains { $0.metric == .uplink && $0.value == 0 })
        #expect(watch.samples.contains { $0.metric == .uplink && $0.value > 0 })
        await relay.stop()
        await worker.kill()
    }

    @Test(.timeLimit(.minutes(2))) func aControllerThatEndsIsMissedAndTheLastPlanStays() async throws {
        let worker = try await LiveWorker()
        let first = LiveController(planSet: TinyNetwork().planSet)
        let watch = Watch()
        let (agent, run, port) = try await first.serving {
            endpoint -> (EdgeAgent, Task<FrameLedger, any Error>, Int) in
            let agent = try self.agent(configuration(worker: worker.endpoint, controller: endpoint, frames: nil))
            let run = Task { try await agent.run { watch.add($0) } }
            try await eventually("the worker is there") { watch.samples.contains { $0.metric == .rtt } }
            first.order(.prepare(1, TinyNetwork.middle32))
            try await eventually("the plan is prepared") { first.received.value.contains(.prepared(1)) }
            first.order(.activate(1))
            try await eventually("the plan is active") { watch.records.contains { $0.epoch == 1 } }
            return (agent, run, endpoint.port)
        }
        let before = watch.records.count
        try await eventually("frames flow on") { watch.records.count > before + 20 }
        let second = LiveController(planSet: TinyNetwork().planSet)
        try await second.serving(port: port) { _ in
            try await eventually("the agent is back") { !second.received.value.isEmpty }
            guard case .hello(let hello) = second.received.value[0] else {
                Issue.record("the first message is no greeting")
                return
            }
            #expect(hello.activePlan == TinyNetwork.middle32.id)
            #expect(hello.activeEpoch == 1)
            #expect(hello.lastEpoch == 1)
            agent.stop()
            let ledger = try await run.value
            checkAll(ledger, watch, frames: ledger.captured)
            #expect(ledger.fallback == 0)
        }
        await worker.kill()
    }

    @Test(.timeLimit(.minutes(2))) func aPlanThatNoWorkerTakesIsNamed() async throws {
        var configuration = configuration(worker: Endpoint(host: "127.0.0.1", port: 1), frames: 5)
        configuration.fixedPlan = TinyNetwork.middle8
        configuration.readyWithin = .milliseconds(300)
        await #expect(throws: DataPlaneError.self) { try await self.agent(configuration).run() }
        let worker = try await LiveWorker()
        await #expect(throws: DataPlaneError.self) { try await LiveWorker(port: worker.endpoint.port) }
        await worker.kill()
    }

    @Test(.timeLimit(.minutes(2))) func standardClientsAreServed() async throws {
        let worker = try await LiveWorker()
        let frame = try TinyFrames().frame(0)
        let transport = try HTTP2ClientTransport.Posix(
            target: .ipv4(address: "127.0.0.1", port: worker.endpoint.port), transportSecurity: .plaintext)
        try await withGRPCClient(transport: transport) { client in
            let inference = Inference_GRPCInferenceService.Client(wrapping: client)
            #expect(try await inference.serverLive(.init()).live)
            #expect(try await inference.serverReady(.init()).ready)
            #expect(try await inference.modelReady(.with { $0.name = "tiny" }).ready)
            #expect(try await !inference.modelReady(.with { $0.name = "huge" }).ready)
            let metadata = try await inference.modelMetadata(.with { $0.name = "tiny" })
            #expect(metadata.inputs.map(\.name) == ["image"])
            #expect(metadata.inputs.map(\.datatype) == ["FP32"])
            #expect(metadata.outputs.map(\.shape) == [[1, 10]])
            var request = Inference_ModelInferRequest.with {
                $0.modelName = "tiny"
                $0.id = "42"
                $0.inputs = [
                    .with {
                        $0.name = "image"
                        $0.datatype = "FP32"
                        $0.shape = [1, 512]
                        $0.contents.fp32Contents = frame.inputs[0].floats
                    }
                ]
            }
            let typed = try await inference.modelInfer(request)
            #expect(typed.id == "42")
            request.rawInputContents = [.init(frame.inputs[0].bytes)]
            let raw = try await inference.modelInfer(request)
            #expect(raw.rawOutputContents == typed.rawOutputContents)
            let expected = try TinyNetwork().whole().compute(frame.inputs)[0]
            #expect(Array(raw.rawOutputContents[0]) == expected.bytes)
            request.inputs[0].shape = [1, 511]
            await #expect(throws: RPCError.self) { try await inference.modelInfer(request) }
            request.modelName = "huge"
            await #expect(throws: RPCError.self) { try await inference.modelInfer(request) }
        }
        await worker.kill()
    }
}
