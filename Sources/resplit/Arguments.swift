public import ArgumentParser
public import DataPlane
public import Model
public import Optimizer
public import Scenarios

/// Units on the command line: `--uplink 3Mbps`, `--rtt 20ms`, `--max-accuracy-drop 1%`.
extension BitRate: ExpressibleByArgument {
    public init?(argument: String) {
        guard let rate = try? Quantity.bitRate(argument) else { return nil }
        self = rate
    }

    public var defaultValueDescription: String { Quantity.text(of: self) }
}

extension Nanoseconds: ExpressibleByArgument {
    public init?(argument: String) {
        guard let time = try? Quantity.duration(argument) else { return nil }
        self = time
    }

    public var defaultValueDescription: String { Quantity.text(of: self) }
}

/// A share of one, written in percent.
struct Share: ExpressibleByArgument, CustomStringConvertible {
    var value: Double

    init(value: Double) { self.value = value }

    var description: String { "\(Format.fixed(value * 100, 1))%" }

    init?(argument: String) {
        guard let value = try? Quantity.share(argument) else { return nil }
        self.value = value
    }
}

/// A size in bytes, written with its unit.
struct ByteCount: ExpressibleByArgument {
    var value: Int

    init?(argument: String) {
        guard let value = try? Quantity.bytes(argument) else { return nil }
        self.value = value
    }
}

extension Objective: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }

    public var defaultValueDescription: String { description }
}

/// `NAME=1x3x224x224`: the shape of one input of a model.
struct InputShape: ExpressibleByArgument {
    var name: String
    var shape: TensorShape

    init?(argument: String) {
        guard let separator = argument.lastIndex(of: "=") else { return nil }
        let extents = argument[argument.index(after: separator)...]
            .split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        guard separator > argument.startIndex, extents.allSatisfy({ $0 > 0 && $0 < 1 << 24 }) else { return nil }
        name = String(argument[..<separator])
        shape = TensorShape(extents)
    }
}

/// `HOST:PORT`.
extension Endpoint: ExpressibleByArgument {
    public init?(argument: String) {
        guard let endpoint = try? Endpoint(parsing: argument) else { return nil }
        self = endpoint
    }
}

/// `3/20`: part 3 of 20.
extension Shard: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
