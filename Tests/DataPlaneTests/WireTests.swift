import DataPlane
import FoundationEssentials
import Model
import SwiftProtobuf
import TestSupport
import Testing

@Suite struct WireTests {
    static let record: FrameRecord = {
        var stages = StageTimes()
        stages.edgeQueue = .microseconds(10)
        stages.edge = .milliseconds(20)
        stages.network = .milliseconds(30)
        stages.returning = .microseconds(7)
        return FrameRecord(
            frame: 12, epoch: 3, planID: "mid@8", answer: .fallback, captured: Instant(nanoseconds: 1_234_567_890),
            latency: stages.total, stages: stages, sentBytes: 4096, topClass: 7, isCorrect: false)
    }()

    static let agentMessages: [AgentMessage] = [
        .hello(
            .init(
                device: "edge-1", modelSHA256: String(repeating: "a", count: 64), boot: "42",
                frameInterval: .milliseconds(100),
                activePlan: "edge-only", activeEpoch: 0, time: Instant(nanoseconds: 99), lastEpoch: 5)),
        .samples(
            Metric.allCases.map {
                Sample(metric: $0, time: Instant(nanoseconds: 5), value: 1.5, weight: 0.25, origin: .probe)
            }),
        .frames([record, record]),
        .prepared(4), .prepareFailed(5, reason: "no room"), .activated(4, firstFrame: 77), .drained(3),
        .linkLost(Instant(nanoseconds: 8)), .linkRestored(Instant(nanoseconds: 9)),
    ]

    static let controllerMessages: [ControllerMessage] = [
        .welcome(madeUpPlanSet()), .prepare(1, madeUpPlanSet().plans[0]), .activate(1), .retire(0),
    ]

    static let watchMessages: [WatchMessage] = [
        .state(DeviceState(device: "edge-1", boot: "42", isAttached: true)),
        .state(DeviceState(device: "edge-1", boot: "", isAttached: false)),
        .samples(
            Metric.allCases.map {
                Sample(metric: $0, time: Instant(nanoseconds: 6), value: 2.5, weight: 0.75, origin: .kernel)
            }),
        .missed(0), .missed(1 << 40),
    ]

    static let watchRequests = [
        WatchRequest(device: nil, metrics: []), WatchRequest(device: "edge-1", metrics: [.uplink, .rtt]),
    ]

    static let tensors = [
        TransmittedTensor(
            name: "a", elementType: .float32, shape: TensorShape([1, 4]), precision: .eightBits,
            range: ValueRange(low: 0, high: 1)),
        TransmittedTensor(
            name: "b", elementType: .float32, shape: TensorShape([2]), precision: .unquantised, range: nil),
    ]

    static let frame = FrameRequest(
        model: "net", client: "edge-1", epoch: 3, frame: 12, names: ["a", "b"],
        payloads: [[1, 2, 3, 4], [0, 0, 128, 63, 0, 0, 0, 64]])

    static let replies: [FrameReply] = [
        .receipt(frame: 3),
        .answer(
            frame: 4, queue: .microseconds(5), compute: .milliseconds(6),
            outputs: [NamedValue(name: "logits", value: TensorValue(floats: [1, 2, 3], shape: TensorShape([1, 3])))]),
        .refused(frame: 5, .unknownEpoch, reason: "gone"), .refused(frame: 6, .overloaded, reason: "full"),
    ]

    @Test func agentMessagesReturn() throws {
        for message in Self.agentMessages {
            let bytes: [UInt8] = try message.wire.serializedBytes()
            #expect(try AgentMessage(wire: .init(serializedBytes: bytes)) == message)
        }
    }

    @Test func controllerMessagesReturn() throws {
        for message in Self.controllerMessages {
            let bytes: [UInt8] = try message.wire().serializedBytes()
            #expect(try ControllerMessage(wire: .init(serializedBytes: bytes)) == message)
        }
    }

    @Test func watchesReturn() throws {
        for message in Self.watchMessages {
            let bytes: [UInt8] = try message.wire.serializedBytes()
            #expect(try WatchMessage(wire: .init(serializedBytes: bytes)) == message)
        }
        for request in Self.watchRequests {
            let bytes: [UInt8] = try request.wire.serializedBytes()
            #expect(try WatchRequest(wire: .init(serializedBytes: bytes)) == request)
        }
        #expect(throws: WireError.emptyMessage("controller's message")) { try WatchMessage(wire: .init()) }
        #expect(throws: WireError.self) { try WatchMessage(wire: .with { $0.missed.samples = .max }) }
        #expect(throws: WireError.self) { try WatchMessage(wire: .with { $0.state.attached = true }) }
        #expect(throws: WireError.badField("metrics[1]", problem: "is not a metric")) {
            try WatchRequest(wire: .with { $0.metrics = ["rtt_s", "weather"] })
        }
    }

    @Test func framesAndRepliesReturn() throws {
        let bytes: [UInt8] = try Self.frame.wire(tensors: Self.tensors, coding: .packed).serializedBytes()
        let message = try Inference_ModelInferRequest(serializedBytes: bytes)
        #expect(try InferenceRequest(wire: message) == .frame(Self.frame))
        #expect(message.inputs.map(\.datatype) == ["UINT8", "FP32"])
        #expect(message.inputs.map(\.shape) == [[4], [2]])
        for reply in Self.replies {
            let bytes: [UInt8] = try reply.wire.serializedBytes()
            #expect(try FrameReply(wire: .init(serializedBytes: bytes)) == reply)
        }
    }

    @Test func typedContentsAreTaken() throws {
        var message = Inference_ModelInferRequest()
        message.modelName = "net"
        message.inputs = [
            .with {
                $0.name = "x"
                $0.datatype = "FP32"
                $0.shape = [1, 2]
                $0.contents.fp32Contents = [1, 2]
            }
        ]
        let value = TensorValue(floats: [1, 2], shape: TensorShape([1, 2]))
        #expect(
            try InferenceRequest(wire: message) == .whole(model: "net", inputs: [NamedValue(name: "x", value: value)]))
        message.inputs[0].shape = [1, 3]
        #expect(throws: WireError.self) { try InferenceRequest(wire: message) }
        message.inputs[0].shape = [1 << 40, 1 << 40]
        #expect(throws: WireError.self) { try InferenceRequest(wire: message) }
        message.inputs[0].datatype = "FP8"
        #expect(throws: WireError.self) { try InferenceRequest(wire: message) }
    }

    @Test func rangesThatRunBackwardsAreRefused() throws {
        func message(_ change: (inout Plan) -> Void) throws -> Resplit_V1_ControllerMessage {
            var plan = madeUpPlanSet().plans[0]
            change(&plan)
            return try ControllerMessage.prepare(1, plan).wire()
        }
        let backwards = ValueRange(low: 1, high: 0)
        let sound = try message {
            $0.headPrecision = HeadPrecision(weights: .eightBits, activations: ["a": .init(low: 0, high: 1)])
        }
        #expect(throws: Never.self) { try ControllerMessage(wire: sound) }
        let crossing = try message { $0.crossing[0].range = backwards }
        let head = try message { $0.headPrecision = HeadPrecision(weights: .eightBits, activations: ["a": backwards]) }
        #expect(throws: WireError.badField("plan.cut.range", problem: "is not a range")) {
            try ControllerMessage(wire: crossing)
        }
        #expect(
            throws: WireError.badField(
                "plan.head_precision.activation_ranges", problem: "has an entry that is not a range")
        ) { try ControllerMessage(wire: head) }
    }

    @Test func whatCannotBeMeantIsRefused() {
        #expect(throws: WireError.emptyMessage("agent's message")) { try AgentMessage(wire: .init()) }
        #expect(throws: WireError.emptyMessage("controller's message")) { try ControllerMessage(wire: .init()) }
        let bad: [Resplit_V1_AgentMessage] = [
            .with { $0.prepared.epoch = .max },
            .with { $0.linkLost.timeNs = .min },
            .with { $0.hello.device = "" },
            .with { $0.samples.samples = [.with { $0.metric = "weather" }] },
            .with {
                $0.samples.samples = [
                    .with {
                        $0.metric = "rtt_s"; $0.value = .nan; $0.weight = 1
                    }
                ]
            },
            .with {
                $0.samples.samples = [
                    .with {
                        $0.metric = "rtt_s"; $0.weight = .nan
                    }
                ]
            },
            .with {
                $0.frames.frames = [
                    .with {
                        $0.answer = "planned"; $0.plan = "p"; $0.latencyNs = .max
                    }
                ]
            },
        ]
        for message in bad { #expect(throws: WireError.self) { try AgentMessage(wire: message) } }
        var plan = madeUpPlanSet().plans[0]
        plan.transmitBytes = -1
        #expect(throws: WireError.self) {
            try ControllerMessage(wire: ControllerMessage.prepare(1, plan).wire())
        }
    }

    /// Nothing that comes over the network may crash a process: it is read, or refused with an error.
    @Test func mutatedMessagesNeverCrash() throws {
        let agent = try Self.agentMessages.map { try $0.wire.serializedBytes() as [UInt8] }
        let controller = try Self.controllerMessages.map { try $0.wire().serializedBytes() as [UInt8] }
        let replies = try Self.replies.map { try $0.wire.serializedBytes() as [UInt8] }
        let frame: [UInt8] = try Self.frame.wire(tensors: Self.tensors, coding: .packed).serializedBytes()
        let watch = try Self.watchMessages.map { try $0.wire.serializedBytes() as [UInt8] }
        let request = try Self.watchRequests.map { try $0.wire.serializedBytes() as [UInt8] }
        var refused = 0
        for seed in 0..<10_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            func change(_ originals: [[UInt8]]) -> [UInt8] {
                mutated(originals[Int.random(in: originals.indices, using: &random)], using: &random)
            }
            let attempts: [() throws -> Void] = [
                { [bytes = change(agent)] in _ = try AgentMessage(wire: .init(serializedBytes: bytes)) },
                { [bytes = change(controller)] in _ = try ControllerMessage(wire: .init(serializedBytes: bytes)) },
                { [bytes = change(replies)] in _ = try FrameReply(wire: .init(serializedBytes: bytes)) },
                { [bytes = change([frame])] in _ = try InferenceRequest(wire: .init(serializedBytes: bytes)) },
                { [bytes = change(watch)] in _ = try WatchMessage(wire: .init(serializedBytes: bytes)) },
                { [bytes = change(request)] in _ = try WatchRequest(wire: .init(serializedBytes: bytes)) },
            ]
            for attempt in attempts {
                do { try attempt() } catch { refused += 1 }
            }
        }
        #expect(refused > 10_000)
        #expect(refused < 60_000)
    }

    @Test func endpoints() throws {
        #expect(try Endpoint(parsing: "127.0.0.1:80") == Endpoint(host: "127.0.0.1", port: 80))
        #expect(try Endpoint(parsing: "[::1]:8470").description == "[::1]:8470")
        #expect(try Endpoint(parsing: "edge.local:1").host == "edge.local")
        for text in ["", ":", "host", "host:", ":80", "host:65536", "host:-1", "::1:80", "[]:80"] {
            #expect(throws: WireError.badEndpoint(text)) { try Endpoint(parsing: text) }
        }
    }
}
