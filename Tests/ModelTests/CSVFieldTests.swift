import Model
import Testing

@Suite struct CSVFieldTests {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a b", "a b"), ("a,b", "\"a,b\""), ("say \"so\"", "\"say \"\"so\"\"\""),
        ("\"", "\"\"\"\""), ("two\nlines", "\"two\nlines\""),
    ])
    func whatWouldEndAFieldIsQuoted(text: String, field: String) { #expect(csvField(text) == field) }

    /// Of the algorithm's own examples.
    @Test(arguments: [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)])
    func theDigestIsFNV1a(text: String, value: UInt64) { #expect(digest(of: text) == value) }
}
