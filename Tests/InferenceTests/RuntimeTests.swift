import FoundationEssentials
import Inference
import Model
import Testing

@Suite struct RuntimeTests {
    private func error(path: String? = nil, _ location: RuntimeLocation) -> RuntimeError? {
        do throws(RuntimeError) {
            _ = try Runtime.load(path: path, location: location)
            return nil
        } catch { return error }
    }

    private let nowhere = RuntimeLocation(environment: [:], roots: [], systemName: "libnowhere.so.1")

    @Test func loadsThePinnedVersion() throws {
        #expect(try SharedRuntime.get().version == RuntimeLocation.pinnedVersion)
    }

    @Test func saysHowToGetAMissingLibrary() {
        #expect(
            error(nowhere)?.description
                == "ONNX Runtime is not on this machine: run `make setup`, or set RESPLIT_ORT_LIB to libonnxruntime.so")
    }

    @Test func anExplicitPathIsNotReplacedByAnother() throws {
        let text = try #require(error(path: "/nowhere/lib.so", .ofThisProcess)).description
        #expect(text.hasPrefix("/nowhere/lib.so: not usable as ONNX Runtime (") && !text.contains("\n"))
    }

    @Test func theEnvironmentGoesFirst() throws {
        var location = RuntimeLocation.ofThisProcess
        location.environment["RESPLIT_ORT_LIB"] = "/nowhere/lib.so"
        #expect(error(location)?.description.hasPrefix("/nowhere/lib.so: ") == true)
        location.environment["RESPLIT_ORT_LIB"] = ""
        #expect(error(location) == nil)
        let found = try SharedRuntime.get().libraryPath
        location = nowhere
        location.environment["RESPLIT_ORT_LIB"] = found
        #expect(try Runtime.load(location: location).libraryPath == found)
    }

    @Test func refusesAnotherLibraryAndAnotherFile() throws {
        let text = try #require(error(path: "libm.so.6", nowhere)).description
        #expect(text.contains("OrtGetApiBase is missing"))
        #expect(error(path: "/etc/passwd", nowhere) != nil)
    }

    @Test func looksInTheFoldersAbove() throws {
        try withTemporaryFolder { folder in
            let home = folder + "/.runtime/onnxruntime-\(RuntimeLocation.pinnedVersion)"
            let deep = folder + "/.build/release"
            for path in [home, deep] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            let library = home + "/libonnxruntime.so.\(RuntimeLocation.pinnedVersion)"
            try FileManager.default.createSymbolicLink(
                atPath: library, withDestinationPath: SharedRuntime.get().libraryPath)
            var location = nowhere
            location.roots = ["/nonexistent", deep]
            #expect(try Runtime.load(location: location).libraryPath == library)
        }
    }
}
