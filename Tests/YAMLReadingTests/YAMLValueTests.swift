import Model
import Testing
import YAMLReading

private enum Key: String, CaseIterable { case rate, size, name, deep }

private enum Colour: String, CaseIterable { case red, green }

@Suite struct YAMLValueTests {
    private func root(_ text: String) throws -> YAMLValue {
        try #require(try YAMLValue.document(text, source: "f.yaml"))
    }

    private func refusal(_ text: String, _ read: (YAMLValue) throws -> Void) -> String {
        do {
            try read(try root(text))
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    @Test func nothingIsNoDocument() throws {
        for text in ["", "# a remark\n", "~", "null", "---\n"] {
            #expect(try YAMLValue.document(text, source: "f.yaml") == nil, "\(text)")
        }
    }

    @Test func readsQuantitiesWithTheirUnits() throws {
        let fields = try root("rate: 3Mbps\nsize: 4KiB\nname: 20ms\ndeep: ~\n").fields(Key.self)
        #expect(try fields[.rate]?.bitRate(upTo: .mbps(10)) == .mbps(3))
        #expect(try fields[.size]?.bytes(in: 0...5000) == 4096)
        #expect(try fields[.name]?.duration(in: .zero...(.seconds(1))) == .milliseconds(20))
        #expect(fields[.deep] == nil)
    }

    @Test func readsNumbersNamesAndLists() throws {
        let list = try root("[3, 0.5, true, green, 12%, -1]").elements()
        #expect(try list[0].integer(in: 1...3) == 3 && list[0].number(in: 0...3) == 3)
        #expect(try list[1].number(in: 0...1) == 0.5 && list[2].flag() && list[3].choice(Colour.self) == .green)
        #expect(try list[4].share() == 0.12 && list[5].integer(in: -1...0) == -1)
    }

    @Test func saysFileLineAndPlace() {
        let wrong: [(String, (YAMLValue) throws -> Void, String)] = [
            (
                "rate: 1Mbps\nsiez: 3", { _ = try $0.fields(Key.self) },
                "f.yaml:2: 'siez' is no setting; did you mean 'size'?"
            ),
            (
                "a: 1", { _ = try $0.fields(Key.self) },
                "f.yaml:1: 'a' is no setting; known are rate, size, name, deep"
            ),
            (
                "\nrate: 3", { _ = try $0.fields(Key.self)[.rate]?.bitRate(upTo: .mbps(1)) },
                "f.yaml:2: 'rate' is '3'; write a rate with its unit, as in 3Mbps"
            ),
            (
                "rate: 3Mbps", { _ = try $0.fields(Key.self)[.rate]?.bitRate(upTo: .mbps(1)) },
                "f.yaml:1: 'rate' is '3Mbps'; it must lie between 0Mbps and 1Mbps"
            ),
            (
                "name: x", { _ = try $0.fields(Key.self).required(.size, as: "4KiB") },
                "f.yaml:1: lacks 'size'; write, for example, size: 4KiB"
            ),
            (
                "deep:\n  - rate: 1\n  - rate: x",
                { _ = try $0.fields(Key.self)[.deep]?.elements()[1].fields(Key.self)[.rate]?.number(in: 0...1) },
                "f.yaml:3: 'deep[1].rate' is 'x', not a number"
            ),
            (
                "[gren]", { _ = try $0.elements()[0].choice(Colour.self) },
                "f.yaml:1: '[0]' is 'gren'; did you mean 'green'?"
            ),
            (
                "{red: 1, green: 2}", { _ = try $0.onlyField(Colour.self) },
                "f.yaml:1: is to have one key, which says of what kind it is: red, green"
            ),
            ("rate: 1\nrate: 2", { _ in }, "f.yaml:1: has the key 'rate' twice"),
            ("a: [", { _ in }, "f.yaml:2: is not YAML: did not find expected node content"),
            ("[a, {b: c}: 3]", { _ = try $0.elements()[1].entries() }, "f.yaml:1: '[1]' has a key that is not a word"),
            (
                "\"a\\nb\": 1", { _ = try $0.fields(Key.self) },
                "f.yaml:1: 'a?b' is no setting; known are rate, size, name, deep"
            ),
            ("- 1", { _ = try $0.fields(Key.self) }, "f.yaml:1: is not a list of settings, 'key: value'"),
            ("a: 1", { _ = try $0.elements() }, "f.yaml:1: is not a list, '[a, b]'"),
        ]
        for (text, read, line) in wrong { #expect(refusal(text, read) == line) }
    }

    @Test func decodingSaysFileLineAndPlace() {
        struct Person: Decodable {
            var age: Int
            var friends: [String]
        }
        let line = refusal("deep:\n  age: 3\n  friends:\n    - a\n    - [b]") {
            _ = try $0.fields(Key.self)[.deep]?.decode(Person.self)
        }
        #expect(line == "f.yaml:5: 'deep.friends[1]' is not of the right kind")
    }

    /// Nesting has an end, and so has size; and there are no aliases of aliases.
    @Test func refusesWhatNobodyWrites() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(refusal(deep) { _ in }.hasPrefix("f.yaml"))
        #expect(refusal(String(repeating: "a", count: 2 << 20)) { _ in } == "f.yaml: has more than 1048576 bytes")
        var laughs = "a0: &a0 [x]\n"
        for level in 1...60 { laughs += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(refusal(laughs) { _ in } == "f.yaml:2: has the alias '*a0'; write out what it stands for")
        for text in ["- &a x\n- {\"k\":*a}", "? &a x\n: 1\n? *a\n: 2", "{k: \"#\", l: &a x, m: *a}", "- &a x\n-\t*a"] {
            #expect(refusal(text) { _ in }.contains("has the alias '*a'"), "\(text)")
        }
        #expect(try root("about: 5 *stars & more, *b").entries().count == 1)
    }
}
