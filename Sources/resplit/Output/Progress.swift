import Foundation

/// Progress of a long verb, on standard error: one line that rewrites itself on a terminal, a line every few seconds elsewhere.
final class Progress {
    private let title: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var lastShown: ContinuousClock.Instant?
    private let start = ContinuousClock.now

    init(_ title: String) { self.title = title }

    /// - Parameter done: share of the work, 0…1.
    func show(_ done: Double, _ note: String = "") {
        let now = ContinuousClock.now
        let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(2)
        guard lastShown.map({ now - $0 >= pause }) ?? (isTerminal || now - start >= pause) else { return }
        lastShown = now
        let percent = Int((done * 100).rounded())
        write("\(isTerminal ? "\r\u{1B}[K" : "")\(title): \(percent) % \(note)\(isTerminal ? "" : "\n")")
    }

    /// Takes the line away.
    func finish() {
        if isTerminal, lastShown != nil { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
