public import Model

/// What frames of one epoch took that were answered since the last report: means over `frames`.
public struct Served: Hashable, Codable, Sendable {
    public var epoch: Epoch
    /// Answered as planned.
    public var frames: Int
    /// Answered by the edge alone, because the cloud did not in time.
    public var fallbacks: Int
    /// Of a frame, less its waits behind others on the edge; of frames answered as planned, as what follows.
    public var service: Nanoseconds
    /// Head and encoding.
    public var edge: Nanoseconds
    /// Tail, with what unpacks for it.
    public var cloud: Nanoseconds

    public init(
        epoch: Epoch, frames: Int, fallbacks: Int = 0, service: Nanoseconds, edge: Nanoseconds, cloud: Nanoseconds
    ) {
        self.epoch = epoch
        self.frames = frames
        self.fallbacks = fallbacks
        self.service = service
        self.edge = edge
        self.cloud = cloud
    }

    enum CodingKeys: String, CodingKey {
        case epoch, frames, fallbacks, service = "service_ms", edge = "edge_ms", cloud = "cloud_ms"
    }

    /// One for each epoch, ascending.
    public static func digest(_ records: [FrameRecord]) -> [Served] {
        var digests: [Served] = []
        for record in records {
            let index: Int
            if let known = digests.firstIndex(where: { $0.epoch == record.epoch }) {
                index = known
            } else {
                index = digests.count
                digests.append(
                    Served(epoch: record.epoch, frames: 0, fallbacks: 0, service: .zero, edge: .zero, cloud: .zero))
            }
            digests[index].add(record)
        }
        for index in digests.indices { digests[index].average() }
        return digests.count > 1 ? digests.sorted { $0.epoch < $1.epoch } : digests
    }

    private mutating func add(_ record: FrameRecord) {
        guard record.answer == .planned else {
            fallbacks += 1
            return
        }
        frames += 1
        service += record.latency - record.stages.edgeQueue - record.stages.send
        edge += record.stages.edge + record.stages.encode
        cloud += record.stages.workerCompute
    }

    private mutating func average() {
        guard frames > 0 else { return }
        let count = Int64(frames)
        service = Nanoseconds(service.count / count)
        edge = Nanoseconds(edge.count / count)
        cloud = Nanoseconds(cloud.count / count)
    }
}
