import FoundationEssentials

extension ONNXModel {
    /// The model as one ONNX file in memory, external data included: what a session from bytes takes. Equal models give
    /// equal bytes.
    ///
    /// - Throws: `ONNXError` above 2 GiB, or where external data cannot be read.
    public func serialized() throws(ONNXError) -> [UInt8] {
        do {
            let layout = try ModelLayout(self, externalData: .inlined)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(layout.byteCount)
            for piece in layout.pieces {
                try forEachChunk(of: piece) { bytes.append(contentsOf: $0) }
            }
            return bytes
        } catch {
            throw self.error(Self.problem(error, path: name))
        }
    }

    /// Writes the model as an ONNX file, whole or not at all. Weights are streamed, not held in memory. External data stays
    /// where it is when the new file lies in its folder; elsewhere it is copied, as far as this model needs it, to a file
    /// `path` with `.data` behind it.
    ///
    /// - Throws: `ONNXError` where a file cannot be read or written.
    public func write(to path: String) throws(ONNXError) {
        do {
            try writeFiles(to: path)
        } catch {
            throw self.error(Self.problem(error, path: path))
        }
    }

    private func writeFiles(to path: String) throws {
        let isBeside = source.folder.map { FilePath.isSame($0, FilePath.folder(of: path)) } ?? false
        let dataPath = path + ".data"
        for weights in source.externalPaths.values where FilePath.isSame(weights, path) {
            throw ONNXError.Problem.unwritable(path: path, reason: "that file holds the model's weights")
        }
        let layout = try ModelLayout(
            self, externalData: isBeside ? .kept : .gathered(location: FilePath.lastComponent(of: dataPath)))
        if !layout.gathered.isEmpty { try write(layout.gathered, to: dataPath) }
        try write(layout.pieces, to: path)
    }

    private func write(_ pieces: [ModelLayout.Piece], to path: String) throws {
        var file = try OutputFile(path: path)
        for piece in pieces {
            try forEachChunk(of: piece) { chunk throws(SystemFailure) in try file.write(chunk) }
        }
        try file.commit()
    }

    private func forEachChunk<E: Error>(
        of piece: ModelLayout.Piece, _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws {
        switch piece {
        case .bytes(let bytes): try bytes.withUnsafeBytes { try body($0) }
        case .source(let range):
            try source.bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
        case .external(let slice):
            do throws(ChunkFailure<E>) {
                try Self.forEachChunk(of: slice, body)
            } catch .body(let error) {
                throw error
            } catch .reading(let failure) {
                throw ONNXError.Problem.unreadable(reason: "external file '\(slice.location)': \(failure.reason)")
            }
        }
    }

    private static func forEachChunk<E: Error>(
        of slice: ExternalSlice, _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(ChunkFailure<E>) {
        let file: InputFile
        do throws(SystemFailure) { file = try InputFile(path: slice.path) } catch { throw .reading(error) }
        try file.forEachChunk(of: slice.range, body)
    }

    private static func problem(_ error: any Error, path: String) -> ONNXError.Problem {
        switch error {
        case let problem as ONNXError.Problem: problem
        case let failure as SystemFailure: .unwritable(path: path, reason: failure.reason)
        default: .unwritable(path: path, reason: "it does not fit the protobuf form")
        }
    }
}
