/// How a session runs its model. Layers run one after another; only the work within a layer is spread over threads.
public struct SessionOptions: Sendable {
    /// What the runtime may rewrite in the graph before it runs.
    public enum Optimization: Int32, Sendable {
        case disabled = 0
        /// Constants folded, dead layers removed: the result is standard ONNX.
        case basic = 1
        /// Layers fused into operators of the runtime's own.
        case extended = 2
        /// Memory layouts changed too: what is deployed.
        case all = 99
    }

    /// Threads within a layer, 1 to 1024.
    public var intraOpThreads: Int
    public var optimization: Optimization
    /// If set, every run is profiled into a file whose name begins with this and ends in the time. The file is there from the
    /// start, and stays if no session comes of it.
    public var profilePrefix: String?
    /// If set, the optimised model is written there when the session is made.
    public var optimizedModelPath: String?
    /// Entries of the runtime's own, such as `session.model_external_initializers_file_folder_path`. Unless named here,
    /// `session.intra_op.allow_spinning` is 0 (idle threads leave the processor to others) and `session.use_env_allocators` 1
    /// (all sessions of the process share one arena).
    public var configEntries: [String: String]

    public init(
        intraOpThreads: Int = 1, optimization: Optimization = .all, profilePrefix: String? = nil,
        optimizedModelPath: String? = nil, configEntries: [String: String] = [:]
    ) {
        self.intraOpThreads = intraOpThreads
        self.optimization = optimization
        self.profilePrefix = profilePrefix
        self.optimizedModelPath = optimizedModelPath
        self.configEntries = configEntries
    }
}
