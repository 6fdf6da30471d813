import Foundation

/// What this machine says of itself.
enum Device {
    /// The processor's name as the kernel has it, or `unknown processor`.
    static var processorName: String { entry("model name") ?? "unknown processor" }

    /// Whether products of unsigned and signed bytes are summed in 16 bits, and so may saturate: x86 without VNNI.
    static var saturatesByteProducts: Bool {
        let flags = entry("flags")?.split(separator: " ") ?? []
        return flags.contains("sse2") && !flags.contains("avx512_vnni") && !flags.contains("avx_vnni")
    }

    private static func entry(_ key: String) -> String? {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
        return line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
    }
}
