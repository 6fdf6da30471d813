/// Text from a file, made fit for one line of an error.
package func quoted(_ text: some StringProtocol) -> String {
    let cut = text.unicodeScalars.count > 40
    var line = ""
    for scalar in text.unicodeScalars.prefix(40) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: line += "?"
        default: line.unicodeScalars.append(scalar)
        }
    }
    return "'\(line)\(cut ? "…" : "")'"
}
