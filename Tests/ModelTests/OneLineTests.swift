import Model
import Testing

@Suite struct OneLineTests {
    @Test func plainTextStaysAsItIs() {
        for text in ["", "camera 1", "Kamera über dem Tor", "a\\n", "日本", "\"quoted\", 'too'"] {
            #expect(text.onOneLine == text)
        }
    }

    @Test func whatBreaksLinesOrSteersTerminalsIsEscaped() {
        #expect("a\nb\r\n\tc".onOneLine == "a\\nb\\r\\n\\tc")
        #expect("\u{1B}[31mred".onOneLine == "\\u{1B}[31mred")
        #expect("\u{0}\u{7F}\u{85}\u{2028}\u{2029}".onOneLine == "\\u{0}\\u{7F}\\u{85}\\u{2028}\\u{2029}")
        #expect("user\u{202E}nimda".onOneLine == "user\\u{202E}nimda")
    }

    @Test func noCharacterLeavesASecondLine() {
        for value in UInt32(0)..<0x3000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let line = "a\(Character(scalar))b".onOneLine
            #expect(!line.contains(where: \.isNewline) && !line.unicodeScalars.contains { $0.value < 32 }, "\(value)")
        }
    }
}
