/// A weight's elements in a file of their own.
struct ExternalSlice: Sendable {
    /// As the model gives it: relative to the model's folder.
    var location: String
    var path: String
    var range: Range<Int>
}

/// The external files of one model, each looked at once.
struct ExternalFiles {
    /// `nil` where external data is not allowed.
    var folder: String?
    private var sizes: [String: Int] = [:]

    init(folder: String?) { self.folder = folder }

    /// - Throws: `ONNXError.Problem.externalData` where the location leaves the folder, or the file is missing or too short.
    mutating func slice(
        of weight: Onnx_TensorProto, byteCount: Int
    ) throws(ONNXError.Problem) -> ExternalSlice {
        let entries = weight.externalData
        let location = entries.last { $0.key == "location" }?.value ?? ""
        func refused(_ reason: String) -> ONNXError.Problem {
            .externalData(tensor: weight.name, location: location, reason: reason)
        }
        func number(_ key: String) throws(ONNXError.Problem) -> Int? {
            guard let entry = entries.last(where: { $0.key == key }) else { return nil }
            guard let value = Int(entry.value), value >= 0 else {
                throw refused("whose \(key) is not a count of bytes")
            }
            return value
        }
        guard let folder else { throw refused("but the model is in memory and has no folder") }
        guard TensorEncoding(code: Int(weight.dataType))?.bits != nil else {
            throw refused("which cannot hold strings")
        }
        let offset = try number("offset") ?? 0
        let length = try number("length") ?? byteCount
        guard length == byteCount else {
            throw .weightSize(tensor: weight.name, expected: byteCount, found: length, unit: "bytes")
        }
        guard Self.staysInFolder(location) else {
            throw refused("which is not a plain path below the model's folder")
        }
        let path = "\(folder)/\(location)"
        let size = try self.size(of: path, refused)
        guard offset <= size, length <= size - offset else {
            throw refused(
                "which has \(size) bytes and should have at least \(offset.addingReportingOverflow(length).partialValue)"
            )
        }
        return ExternalSlice(location: location, path: path, range: offset..<(offset + length))
    }

    private mutating func size(
        of path: String, _ refused: (String) -> ONNXError.Problem
    ) throws(ONNXError.Problem) -> Int {
        if let size = sizes[path] { return size }
        do throws(SystemFailure) {
            let size = try InputFile(path: path).size
            sizes[path] = size
            return size
        } catch {
            throw refused("which cannot be read: \(error.reason)")
        }
    }

    private static func staysInFolder(_ location: String) -> Bool {
        let parts = location.split(separator: "/", omittingEmptySubsequences: false)
        return !location.isEmpty && !location.hasPrefix("/") && !location.utf8.contains(0) && !parts.contains("..")
    }
}

extension Onnx_TensorProto {
    /// `data_location` of a tensor whose elements are in another file.
    static let externalLocation: Int32 = 1
}
