import Foundation
import Model

/// Whole files in and out.
enum Files {
    /// - Throws: `FileError.unreadable`.
    static func read(_ path: String) throws -> Data {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FileError.unreadable(path: path, why: "there is no such file")
        }
        guard !isFolder.boolValue else { throw FileError.unreadable(path: path, why: "it is a folder") }
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            throw FileError.unreadable(path: path, why: "it may not be read")
        }
    }

    /// Whether two paths lead to one file, be it there or not: links are followed.
    static func isSame(_ first: String, _ second: String) -> Bool {
        func place(_ path: String) -> String {
            let file = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath()
            let folder = file.deletingLastPathComponent().resolvingSymlinksInPath()
            return folder.appending(path: file.lastPathComponent).path
        }
        return place(first) == place(second)
    }

    /// Writes all or nothing: a temporary file in the same folder, then a rename.
    ///
    /// - Throws: `FileError.unwritable`.
    static func write(_ data: Data, to path: String) throws {
        do {
            try data.write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw unwritable(path)
        }
    }

    /// Asked before long work, so that its result has a place to go to.
    ///
    /// - Throws: `FileUnwritable` where `write` could not write.
    static func checkWritable(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard !(FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue) else {
            throw FileUnwritable(path: path, why: "it is a folder")
        }
        guard FileManager.default.isWritableFile(atPath: folder(of: path)) else { throw unwritable(path) }
    }

    private static func unwritable(_ path: String) -> FileUnwritable {
        let folder = folder(of: path)
        let exists = FileManager.default.fileExists(atPath: folder)
        return FileUnwritable(
            path: path, why: exists ? "the folder may not be written" : "there is no folder \(folder)")
    }

    private static func folder(of path: String) -> String { URL(filePath: path).deletingLastPathComponent().path }
}

/// A file that was named and can't be read.
enum FileError: InputError {
    case unreadable(path: String, why: String)

    var description: String {
        switch self {
        case .unreadable(let path, let why): "\(path): cannot be read: \(why)"
        }
    }
}

/// A file that can't be written.
struct FileUnwritable: EnvironmentError {
    var path: String
    var why: String
    var description: String { "\(path): cannot be written: \(why)" }
}
