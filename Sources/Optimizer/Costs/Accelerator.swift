/// A systolic accelerator that works through a convolution tile by tile, as Auto-Split models its two sites.
public struct Accelerator: Hashable, Sendable {
    /// What of a convolution one pass works on: a block of the input plane, some of its channels, some filters.
    public struct Tile: Hashable, Sendable {
        public var height: Int
        public var width: Int
        public var channels: Int
        public var filters: Int

        public init(height: Int, width: Int, channels: Int, filters: Int) {
            self.height = height
            self.width = width
            self.channels = channels
            self.filters = filters
        }
    }

    /// Cycles a second.
    public var clock: Double
    public var tile: Tile
    /// Cycles in which a byte crosses from memory.
    public var cyclesPerByte: Double
    /// Rows of partial sums that are added in one cycle.
    public var partialSums: Int

    public init(clock: Double, tile: Tile, cyclesPerByte: Double, partialSums: Int) {
        self.clock = clock
        self.tile = tile
        self.cyclesPerByte = cyclesPerByte
        self.partialSums = partialSums
    }

    /// The edge of Auto-Split (Banitalebi-Dehkordi et al., KDD 2021), kin to Eyeriss.
    public static let edge = Accelerator(
        clock: 202_380_952.4, tile: Tile(height: 7, width: 4, channels: 12, filters: 7), cyclesPerByte: 0.202381,
        partialSums: 4)
    /// The cloud of Auto-Split, kin to a TPU.
    public static let cloud = Accelerator(
        clock: 1_464_843_750, tile: Tile(height: 7, width: 6, channels: 128, filters: 128),
        cyclesPerByte: 0.112680288, partialSums: 256)
}

/// How many rows of outputs a tile of n rows yields, for a kernel of K rows that moves by S.
public enum TileFormula: String, Hashable, Sendable, CaseIterable {
    /// floor((n - K) / S) + 1, the rows at which the kernel lies within the tile.
    case corrected
    /// floor(n - K / S) + 1, which the published figures were made with; it exceeds the other wherever S > 1.
    case published

    /// - Returns: one where the tile is lower than the kernel.
    func rows(tile: Int, kernel: Int, stride: Int) -> Int {
        guard tile >= kernel else { return 1 }
        return switch self {
        case .corrected: (tile - kernel) / stride + 1
        case .published: (tile * stride - kernel) / stride + 1
        }
    }
}
