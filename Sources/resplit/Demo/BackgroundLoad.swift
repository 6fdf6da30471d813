import Foundation

/// Real background load: processes that do nothing but compute, on the edge's processors.
final class BackgroundLoad {
    /// Computes, and now and then looks whether its parent is still there.
    private static let script = """
        while kill -0 $PPID 2>/dev/null; do
            i=0
            while [ $i -lt 50000 ]; do i=$((i+1)); done
        done
        """

    private let confinement: Confinement?
    private var busy: [Process] = []

    init(under confinement: Confinement?) { self.confinement = confinement }

    /// How many processes compute now.
    var level: Int { busy.count }

    /// Starts or stops processes until `level` of them compute.
    func set(level: Int) throws {
        while busy.count > level { kill(busy.removeLast().processIdentifier, SIGKILL) }
        while busy.count < level {
            let process = Process()
            Confinement.run("/bin/sh", ["-c", Self.script], under: confinement, in: process)
            process.standardInput = FileHandle.nullDevice
            try process.run()
            busy.append(process)
        }
    }

    deinit { for process in busy { kill(process.processIdentifier, SIGKILL) } }
}
