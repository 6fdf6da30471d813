/// The geometry of a two-dimensional convolution: each of `groups` equal groups maps its share of the input's channels
/// to its share of the output's, by a kernel that moves over the input's plane in steps of `stride`.
public struct Convolution: Hashable, Codable, Sendable {
    /// Height and width.
    public struct Plane: Hashable, Codable, Sendable {
        public var height: Int
        public var width: Int

        public init(height: Int, width: Int) {
            self.height = height
            self.width = width
        }

        /// As high as wide.
        public init(square extent: Int) { self.init(height: extent, width: extent) }
    }

    public var inputChannels: Int
    public var outputChannels: Int
    /// Divides both channel counts; as many as there are input channels in a depthwise convolution.
    public var groups: Int
    public var kernel: Plane
    public var stride: Plane
    /// Extents of the input without padding.
    public var input: Plane

    public init(
        inputChannels: Int, outputChannels: Int, groups: Int = 1, kernel: Plane, stride: Plane = Plane(square: 1),
        input: Plane
    ) {
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.groups = groups
        self.kernel = kernel
        self.stride = stride
        self.input = input
    }

    enum CodingKeys: String, CodingKey {
        case inputChannels = "input_channels", outputChannels = "output_channels", groups, kernel, stride, input
    }

    /// Elements of the kernel's weights; a bias does not count.
    public var weightCount: Int {
        outputChannels * (inputChannels / groups) * kernel.height * kernel.width
    }

    /// Whether the counts are ones that a convolution can have.
    public var isValid: Bool {
        let counts = [
            inputChannels, outputChannels, groups, kernel.height, kernel.width, stride.height, stride.width,
            input.height, input.width,
        ]
        return counts.allSatisfy { (1...1 << 24).contains($0) } && inputChannels % groups == 0
            && outputChannels % groups == 0
            && TensorShape.elementCount(of: [outputChannels, inputChannels / groups, kernel.height, kernel.width])
                != nil
    }
}
