import Model
import Testing
import YAMLReading

@Suite struct YAMLReplacingTests {
    private func value(_ text: String) throws -> YAMLValue {
        let document = try YAMLValue.document(text, source: "a.yaml")
        return try #require(document)
    }

    private static let document = """
        a: 1
        b: {c: [x, {d: 5}], e: }
        """

    @Test(arguments: [
        ("a", "2", "{a: 2, b: {c: [x, {d: 5}], e: }}"), ("b.c.0", "y", "{a: 1, b: {c: [y, {d: 5}], e: }}"),
        ("b.c.1.d", "[6]", "{a: 1, b: {c: [x, {d: [6]}], e: }}"),
        ("b.e.f", "7", "{a: 1, b: {c: [x, {d: 5}], e: {f: 7}}}"),
        ("g.h", "{i: 8}", "{a: 1, b: {c: [x, {d: 5}], e: }, g: {h: {i: 8}}}"), ("b", "9", "{a: 1, b: 9}"),
    ])
    func aValueIsPutInPlaceOrAdded(path: String, text: String, line: String) throws {
        let document = try value(Self.document)
        let edited = try document.replacing(path.split(separator: ".").map(String.init), with: value(text))
        #expect(edited.line == line)
        #expect(document.line == "{a: 1, b: {c: [x, {d: 5}], e: }}", "the document itself stays")
    }

    @Test(arguments: [
        ("a.b", "a.yaml:1: 'a' is no list of settings, so it has no 'b'"),
        ("b.c.2", "a.yaml:2: 'b.c' has no element '2'; its elements are 0 to 1"),
        ("b.c.x", "a.yaml:2: 'b.c' has no element 'x'; its elements are 0 to 1"),
    ])
    func aPathThroughAValueWithoutPartsIsRefused(path: String, line: String) throws {
        let error = #expect(throws: DocumentError.self) {
            try value(Self.document).replacing(path.split(separator: ".").map(String.init), with: value("0"))
        }
        #expect(error?.description == line)
    }

    /// What is put in has no line in the document that it is put into.
    @Test func errorsNameThePlaceOnly() throws {
        let edited = try value(Self.document).replacing(["b", "e"], with: value("\n\n\n\nsoon"))
        let fields = try edited.entries().first { $0.name == "b" }.map { try $0.value.entries() }
        let error = #expect(throws: DocumentError.self) { try fields?[1].value.flag() }
        #expect(error?.description == "a.yaml: 'b.e' is not true or false")
    }
}
