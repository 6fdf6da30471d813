import FoundationEssentials
import SwiftProtobuf

extension ONNXModel {
    /// Reads and checks a model file. Its weights stay in the file, and external data in its own files beside it.
    ///
    /// - Throws: `ONNXError` where the file cannot be read, is no ONNX model, or uses what cannot be cut.
    /// - Complexity: linear in the size of the structure; weights are not read.
    public init(contentsOf path: String) throws(ONNXError) {
        let bytes: Data
        do throws(SystemFailure) {
            bytes = try FilePath.map(path)
        } catch {
            throw ONNXError(model: path, problem: .unreadable(reason: error.reason))
        }
        let source = Source(bytes: bytes, path: path, folder: FilePath.folder(of: path))
        try self.init(source: source, name: FilePath.lastComponent(of: path))
    }

    /// A model from memory.
    ///
    /// - Parameter folder: where its external data lies; without one, external data is refused.
    /// - Throws: `ONNXError` as for a file.
    public init(bytes: [UInt8], name: String, folder: String? = nil) throws(ONNXError) {
        try self.init(source: Source(bytes: Data(bytes), path: nil, folder: folder), name: name)
    }

    private init(source: Source, name: String) throws(ONNXError) {
        do throws(ONNXError.Problem) {
            let (proto, elements) = try Self.decode(source.bytes)
            try proto.checkFeatures()
            let stored = try Self.locate(elements, of: proto.graph, in: source)
            var source = source
            for slice in stored.compactMap(\.external) { source.externalPaths[slice.location] = slice.path }
            try self.init(name: name, source: source, proto: proto.namingNodes(), stored: stored)
        } catch {
            throw ONNXError(model: name, problem: error)
        }
    }

    private static func decode(
        _ bytes: Data
    ) throws(ONNXError.Problem) -> (proto: Onnx_ModelProto, elements: [InlineElements]) {
        guard !bytes.isEmpty else { throw .notONNX(reason: "it is empty") }
        do {
            let scan = try bytes.withUnsafeBytes { try ModelScan($0) }
            let proto = try Onnx_ModelProto(serializedBytes: scan.structure)
            guard proto.hasIrVersion, proto.hasGraph else {
                throw ONNXError.Problem.notONNX(reason: "it holds no version of the format, or no graph")
            }
            guard proto.graph.initializer.count == scan.elements.count else {
                throw ONNXError.Problem.malformed(reason: "its initializers are not what they seem")
            }
            return (proto, scan.elements)
        } catch let problem as ONNXError.Problem {
            throw problem
        } catch ModelScan.Failure.truncated {
            throw .truncated
        } catch ModelScan.Failure.structureTooLarge {
            throw .tooLarge(
                what: "its structure, without initializers, exceeds \(ModelScan.largestStructure >> 20) MiB")
        } catch {
            let isModel = bytes.withUnsafeBytes { ModelScan.startsLikeModel($0) }
            if case ModelScan.Failure.notONNX = error { throw .notONNX(reason: "it is not in the protobuf form") }
            throw isModel
                ? .malformed(reason: "a part of it is not in the protobuf form")
                : .notONNX(reason: "it is not in the protobuf form")
        }
    }

    /// Checks each initializer against its dimensions, and finds external data.
    private static func locate(
        _ elements: [InlineElements], of graph: Onnx_GraphProto, in source: Source
    ) throws(ONNXError.Problem) -> [StoredElements] {
        var files = ExternalFiles(folder: source.folder)
        var stored: [StoredElements] = []
        stored.reserveCapacity(elements.count)
        for (weight, inline) in zip(graph.initializer, elements) {
            if weight.dataLocation == Onnx_TensorProto.externalLocation {
                let bytes = try weight.checkedByteCount(of: weight.name, count: nil)
                let slice = try files.slice(of: weight, byteCount: bytes)
                stored.append(StoredElements(inline: inline, external: slice, byteCount: bytes))
            } else {
                let bytes = try weight.checkedByteCount(of: weight.name, count: inline.count)
                stored.append(StoredElements(inline: inline, external: nil, byteCount: bytes))
            }
        }
        return stored
    }
}

extension Onnx_ModelProto {
    /// Gives each nameless node its operator and position: `Conv_12`.
    fileprivate func namingNodes() throws(ONNXError.Problem) -> Onnx_ModelProto {
        var model = self
        var names = Set<String>()
        for node in graph.node where !node.name.isEmpty {
            guard names.insert(node.name).inserted else { throw .nameTwice(node.name) }
        }
        for (position, node) in graph.node.enumerated() where node.name.isEmpty {
            var name = "\(node.opType)_\(position)"
            while !names.insert(name).inserted { name += "_" }
            model.graph.node[position].name = name
        }
        return model
    }
}
