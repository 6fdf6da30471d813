import CRuntime

/// What a call of the runtime came to: `nil`, or its text on one line. Frees the text.
func failure(of status: ort_status) -> String? {
    guard status.failed else { return nil }
    defer { ort_text_free(status.message) }
    return status.message.map { oneLine(String(cString: $0)) } ?? "out of memory"
}

/// The words of a text that may span lines, with single spaces between them.
func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}
