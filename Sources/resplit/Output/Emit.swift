import ArgumentParser
import Foundation
import Model

/// Writes to standard output: one JSON document for programs, or text for people.
enum Emit {
    static func json(_ value: some Encodable) throws {
        write(try StableJSON.encode(value))
    }

    /// A line of text, at once, also into a pipe.
    static func line(_ text: String = "") {
        write(Data((text + "\n").utf8))
    }

    /// Text that ends its own lines.
    static func text(_ text: String) { write(Data(text.utf8)) }

    /// Where nobody reads any more (`resplit … | head`) the rest is not wanted: the run ends quietly, as interrupted. What
    /// else keeps the text from being written, a full disk say, is said.
    private static func write(_ data: Data) {
        guard let problem = data.written(to: STDOUT_FILENO) else { return }
        guard problem != EPIPE else { exit(Ending.interrupted.rawValue) }
        let ending = Ending(FileUnwritable(path: "standard output", why: String(cString: strerror(problem))))
        if let line = ending.line { note(line) }
        exit(ending.code)
    }

    /// A remark beside the result. Where that can't be written there is nobody to tell.
    static func note(_ text: String) {
        _ = Data((text + "\n").utf8).written(to: STDERR_FILENO)
    }
}

extension Data {
    /// Writes all of it, in as many pieces as the system takes; waits where it takes none yet.
    /// - Returns: what went wrong, an `errno`; `nil` where nothing did.
    fileprivate func written(to file: Int32) -> Int32? {
        withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                    continue
                }
                switch errno {
                case EINTR: continue
                case EAGAIN:
                    var ready = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, -1)
                default: return errno
                }
            }
            return nil
        }
    }
}
