import CRuntime
import FoundationEssentials
import Testing

/// The slots that we call against the runtime's official header, which set-up fetches where it can. Skipped without it;
/// RESPLIT_ORT_HEADER names another copy.
@Suite struct SlotsTests {
    private static let headerPath: String = {
        if let named = ProcessInfo.processInfo.environment["RESPLIT_ORT_HEADER"] { return named }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.appending(path: ".runtime/include/onnxruntime_c_api.h").path
    }()

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: headerPath),
            "no onnxruntime_c_api.h in .runtime/include (make setup fetches it from Debian where it can)"))
    func everySlotIsTheHeaders() throws {
        let header = try String(contentsOfFile: Self.headerPath, encoding: .utf8)
        let functions = try #require(Self.functions(ofTableIn: header))
        #expect(functions.count > 200)
        var count = 0
        let slots = UnsafeBufferPointer(start: ort_slots(&count), count: count)
        #expect(slots.count > 30)
        for entry in slots {
            let name = String(cString: entry.name)
            let found = functions.indices.contains(entry.slot) ? functions[entry.slot] : nil
            #expect(found == name, "slot \(entry.slot)")
        }
    }

    @Test func readsATable() {
        let header = """
            struct OrtApi {
              /* not (counted) ; */
              OrtStatus*(ORT_API_CALL* CreateStatus)(OrtErrorCode code, _In_ const char* msg) NO_EXCEPTION;
              ORT_API2_STATUS(Run, _Inout_ OrtSession* session); // nor this;
              ORT_CLASS_RELEASE(Env);
            };
            """
        #expect(Self.functions(ofTableIn: header) == ["CreateStatus", "Run", "ReleaseEnv"])
    }

    /// The names of the function pointers in `struct OrtApi`, in order.
    private static func functions(ofTableIn header: String) -> [String]? {
        let code = header.replacing(#/(?s)/\*.*?\*//#, with: "").replacing(#///[^\n]*/#, with: "")
        guard let table = code.firstMatch(of: #/(?s)struct OrtApi \{(.*?)\n\};/#)?.output.1 else { return nil }
        return table.split(separator: ";").compactMap { declaration in
            if let match = declaration.firstMatch(of: #/ORT_API2_STATUS\(\s*(\w+)/#) { return String(match.output.1) }
            if let match = declaration.firstMatch(of: #/ORT_CLASS_RELEASE\w*\(\s*(\w+)/#) {
                return "Release\(match.output.1)"
            }
            return declaration.firstMatch(of: #/\(\s*ORT_API_CALL\s*\*\s*(\w+)\s*\)/#).map { String($0.output.1) }
        }
    }
}
