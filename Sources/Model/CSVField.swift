/// Text as a field of a CSV file (RFC 4180): as it stands, or where it holds a comma, a quotation mark or a line's end, in quotation
/// marks.
package func csvField(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
