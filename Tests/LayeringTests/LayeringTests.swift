import Foundation
import Testing

/// The layers of the design: a module may import modules of lower layers only, and some libraries belong to one module.
private let layers: [String: Int] = [
    "Model": 0,
    "CRuntime": 1, "CZlib": 1, "CPNG": 1, "CTurboJPEG": 1, "Codec": 1, "Frames": 1, "Inference": 1, "ONNX": 1,
    "Optimizer": 1, "Telemetry": 1, "YAMLReading": 1,
    "TelemetryStore": 2, "Controller": 2, "Splitting": 2,
    "DataPlane": 3, "Sim": 3,
    "Service": 4, "Scenarios": 4,
    "resplit": 5,
]

/// C libraries lie below the modules that wrap them.
private let wrappers: [String: Set<String>] = [
    "CRuntime": ["Inference"], "CZlib": ["Codec"], "CPNG": ["Frames"], "CTurboJPEG": ["Frames", "Codec"],
]

/// Libraries from outside that only some modules may import. Absent here: open to all.
private let reserved: [String: Set<String>] = [
    "GRDB": ["TelemetryStore"],
    "GRPCCore": ["DataPlane", "Service"],
    "GRPCNIOTransportHTTP2Posix": ["DataPlane", "Service"],
    "GRPCProtobuf": ["DataPlane", "Service"],
    "NIOCore": ["DataPlane", "Service"],
    "NIOPosix": ["DataPlane", "Service"],
    "SwiftProtobuf": ["ONNX", "DataPlane", "Service"],
    "ArgumentParser": ["resplit"],
    "GRDBSQLite": ["TelemetryStore"],
    "Yams": ["YAMLReading"],
]

/// Modules without an ambient clock, random source, file, log or task.
private let pure: Set<String> = ["Model", "Optimizer", "Telemetry", "Codec", "Controller", "Sim"]

/// What a pure module may import besides modules of the project.
private let allowedInPure: Set<String> = [
    "FoundationEssentials", "Collections", "HeapModule", "DequeModule", "Algorithms", "Numerics", "Glibc",
]

/// Modules whose results decide: they call no function of the mathematics library, which may differ in the last bit from machine
/// to machine, but the square root, which IEEE 754 defines.
private let exact: Set<String> = ["Model", "Optimizer", "Telemetry", "Controller"]

private struct ImportLine: CustomStringConvertible {
    var importer: String
    var imported: String
    var file: String
    var description: String { "\(file): \(importer) imports \(imported)" }
}

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// The module that a source file belongs to: its folder under `Sources`, but for the store within `Telemetry`.
private func module(of components: [String]) -> String {
    components.starts(with: ["Telemetry", "Store"]) ? "TelemetryStore" : components[0]
}

/// Source files by the module that they belong to.
private func sources() throws -> [(module: String, file: String, text: String)] {
    let folder = root.appending(path: "Sources")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var sources: [(module: String, file: String, text: String)] = []
    while let file = files?.nextObject() as? URL {
        guard file.pathExtension == "swift" else { continue }
        let relative = Array(file.pathComponents.dropFirst(folder.pathComponents.count))
        sources.append(
            (module(of: relative), relative.joined(separator: "/"), try String(contentsOf: file, encoding: .utf8)))
    }
    return sources
}

private func importLines() throws -> [ImportLine] {
    let pattern =
        /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|typealias|let)\s+)?(\w+)/
    var lines: [ImportLine] = []
    for source in try sources() {
        for line in source.text.split(separator: "\n") {
            guard let match = line.firstMatch(of: pattern) else { continue }
            lines.append(ImportLine(importer: source.module, imported: String(match.1), file: source.file))
        }
    }
    return lines
}

@Suite struct LayeringTests {
    @Test func everyModuleHasALayer() throws {
        let importers = try Set(importLines().map(\.importer))
        #expect(importers.count > 10, "the test reads the sources")
        #expect(importers.subtracting(layers.keys).isEmpty)
    }

    @Test func importsPointStrictlyDownward() throws {
        for line in try importLines() {
            guard let importer = layers[line.importer], let imported = layers[line.imported] else { continue }
            if let wrapper = wrappers[line.imported] {
                #expect(wrapper.contains(line.importer), "\(line): only \(wrapper.sorted()) wrap that library")
            } else {
                #expect(imported < importer, "\(line), which does not lie below it")
            }
        }
    }

    @Test func librariesStayWithTheirModules() throws {
        for line in try importLines() {
            guard let owners = reserved[line.imported] else { continue }
            #expect(owners.contains(line.importer), "\(line), which belongs to \(owners.sorted())")
        }
    }

    @Test func pureModulesTouchNoWorld() throws {
        for line in try importLines() where pure.contains(line.importer) && layers[line.imported] == nil {
            #expect(allowedInPure.contains(line.imported), "\(line); a pure module has no clock, file, log or task")
        }
    }

    @Test func decisionsAreTheSameOnEveryMachine() throws {
        let pattern = /(?:^|[^\w.])(exp2?|expm1|log(?:2|10|1p)?|pow|sin|cos|tanh?|cbrt|hypot|[lt]gamma)\(/
        #expect("let a = exp(x)".contains(pattern) && !"// log2 of\nself.log(x)".contains(pattern))
        for source in try sources() where exact.contains(source.module) {
            for line in source.text.split(separator: "\n") where !line.contains("//") {
                #expect(!line.contains(pattern), "\(source.file): \(line)")
            }
        }
    }
}
