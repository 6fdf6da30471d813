import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the operating system said, in its words.
struct SystemFailure: Error {
    var reason: String

    init(reason: String) { self.reason = reason }

    static func last() -> SystemFailure { SystemFailure(reason: String(cString: strerror(errno)).lowercased()) }
}

/// A regular file, open for reading.
struct InputFile: ~Copyable {
    private let descriptor: Int32
    let size: Int

    init(path: String) throws(SystemFailure) {
        guard !path.utf8.contains(0) else { throw SystemFailure(reason: "its path holds a zero byte") }
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw errno == ENOENT ? SystemFailure(reason: "there is no such file") : .last()
        }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw SystemFailure(reason: "it is a folder") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemFailure(reason: "it is not a regular file") }
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw .last() }
        descriptor = opened
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Hands `range` to `body` in chunks of at most 1 MiB, so that memory stays small whatever the range.
    func forEachChunk<E: Error>(
        of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(ChunkFailure<E>) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(range.count, 1 << 20), alignment: 16)
        defer { buffer.deallocate() }
        var position = range.lowerBound
        while position < range.upperBound {
            let wanted = min(buffer.count, range.upperBound - position)
            let count = pread(descriptor, buffer.baseAddress, wanted, off_t(position))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .reading(.last()) }
            guard count > 0 else { throw .reading(SystemFailure(reason: "it became shorter while it was read")) }
            do throws(E) {
                try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            } catch {
                throw .body(error)
            }
            position += count
        }
    }
}

/// Which side of a copy failed.
enum ChunkFailure<Body: Error>: Error {
    case reading(SystemFailure)
    case body(Body)
}

/// A file under a passing name beside its destination, which it replaces in one step when it is whole.
struct OutputFile: ~Copyable {
    private let descriptor: Int32
    private let temporary: [CChar]
    private let path: String
    private var isKept = false

    init(path: String) throws(SystemFailure) {
        guard !path.utf8.contains(0) else { throw SystemFailure(reason: "its path holds a zero byte") }
        var template = Array("\(path).XXXXXX".utf8CString)
        let opened = mkstemp(&template)
        guard opened >= 0 else { throw .last() }
        _ = fchmod(opened, 0o644)
        descriptor = opened
        temporary = template
        self.path = path
    }

    deinit {
        close(descriptor)
        if !isKept { unlink(temporary) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(SystemFailure) {
        var rest = bytes
        while !rest.isEmpty {
            let count = systemWrite(descriptor, rest)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .last() }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    mutating func commit() throws(SystemFailure) {
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw .last() }
        isKept = true
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

enum FilePath {
    /// The folder of a path: everything before its last slash, `.` without one.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func lastComponent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Whether both folders exist and are one.
    static func isSame(_ a: String, _ b: String) -> Bool {
        var first = stat()
        var second = stat()
        return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev
            && first.st_ino == second.st_ino
    }

    /// The bytes of a regular file, mapped rather than read.
    static func map(_ path: String) throws(SystemFailure) -> Data {
        _ = try InputFile(path: path)
        do {
            return try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
        } catch {
            throw .last()
        }
    }
}
