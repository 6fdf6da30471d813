/// The first alias of a YAML text, `*name`, whose anchor, `&name`, stands anywhere in it.
///
/// Aliases of aliases say in a few lines what takes for ever to look at, so documents with any are not read. Found on sight, without
/// parsing: a mark that stands where a value may begin, also in a remark or in quotes.
///
/// - Complexity: linear in the text.
func firstAlias(in text: String) -> (name: String, line: Int)? {
    var anchors = Set<Substring>()
    var aliases: [(name: Substring, line: Int)] = []
    var line = 1
    var isStart = true
    let bytes = text.utf8
    var index = bytes.startIndex
    while index < bytes.endIndex {
        let byte = bytes[index]
        bytes.formIndex(after: &index)
        if isStart, byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") {
            let end = bytes[index...].firstIndex(where: namesEnd.contains) ?? bytes.endIndex
            let name = text[index..<end]
            if byte == UInt8(ascii: "&") { anchors.insert(name) } else { aliases.append((name, line)) }
            index = end
            isStart = false
            continue
        }
        if byte == UInt8(ascii: "\n") { line += 1 }
        isStart = startsValue.contains(byte)
    }
    return aliases.first { anchors.contains($0.name) }.map { (String($0.name), $0.line) }
}

private let startsValue = Set(" \t\r\n[{,:?-\"'".utf8)

private let namesEnd = Set(" \t\r\n[]{},:".utf8)
