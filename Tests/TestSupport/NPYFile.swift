import FoundationEssentials
public import Model

/// A NumPy file of version 1.0 with little-endian floats.
public enum NPYFile {
    public static func write(_ floats: [Float], _ shape: TensorShape, to path: String) throws {
        let extents = shape.extents.map(String.init).joined(separator: ", ")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents),), }"
        while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
        header += "\n"
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        bytes += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
        bytes += floats.withUnsafeBytes(Array.init)
        try Data(bytes).write(to: URL(filePath: path))
    }
}
