import FoundationEssentials
import Model

extension LayerTable {
    /// The documents that are part of the program, by the names that torchvision gives the networks.
    ///
    /// They are text within generated Swift files: a program that is one file finds them from whatever folder it is
    /// run, and a pure module reads no file. As literals of bytes (SwiftPM's `embedInCode`) they took the compiler ten
    /// seconds; as text, none.
    private static let documents: [(name: String, text: String)] = [
        ("resnet18", resnet18), ("resnet50", resnet50), ("googlenet", googlenet), ("mobilenet_v2", mobilenetV2),
        ("mnasnet1_0", mnasnet10), ("resnext50_32x4d", resnext5032x4d),
    ]

    /// The networks of which the program has a table, in a fixed order.
    public static var names: [String] { documents.map(\.name) }

    /// - Throws: `PlanningError.noSuchNetwork`.
    public static func named(_ name: String) throws(PlanningError) -> LayerTable {
        guard let document = documents.first(where: { $0.name == name }) else {
            throw .noSuchNetwork(name, known: names)
        }
        do {
            return try decode(from: Data(document.text.utf8), source: "table of \(name)")
        } catch {
            preconditionFailure("a table that is part of the program is sound: \(error)")
        }
    }
}
