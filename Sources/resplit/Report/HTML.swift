/// A self-contained page: style inside, nothing fetched.
enum HTML {
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }

    static func table(_ header: [String], _ rows: [[String]]) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>" + cells.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>"
        }
        return """
            <table><thead>\(row(header, "th"))</thead><tbody>
            \(rows.map { row($0, "td") }.joined(separator: "\n"))
            </tbody></table>
            """
    }

    /// The key to the colours of a plot.
    static func legend(_ entries: [(name: String, colour: String)]) -> String {
        let items = entries.map { #"<span><i style="background:\#($0.colour)"></i>\#(escaped($0.name))</span>"# }
        return #"<p class="legend">\#(items.joined(separator: " "))</p>"#
    }

    static func page(title: String, body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>\(escaped(title))</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <style>
        body { font: 15px/1.45 system-ui, sans-serif; max-width: 1000px; margin: 2em auto; padding: 0 1em; color: #1b1f24 }
        h1 { font-size: 1.5em } h2 { font-size: 1.1em; margin: 1.6em 0 .3em }
        svg { width: 100%; height: auto; display: block } svg text { font: 11px system-ui, sans-serif; fill: #57606a }
        .grid { stroke: #d8dee4; stroke-width: 1 } .end { text-anchor: end } .mid { text-anchor: middle }
        .tick.end { dominant-baseline: middle } .label { font-weight: 600 }
        table { border-collapse: collapse; width: 100% } th, td { padding: .25em .6em; border-bottom: 1px solid #d8dee4 }
        th, td { text-align: right } th:first-child, td:first-child, td:last-child, th:last-child { text-align: left }
        td:not(:last-child) { white-space: nowrap }
        .legend span { margin-right: 1.2em } .legend i { display: inline-block; width: .8em; height: .8em; margin-right: .4em }
        .wide { overflow-x: auto } .wide table { font-size: 13px } .wide th, .wide td { padding: .25em .45em }
        .wide th:last-child, .wide td:last-child { text-align: right; white-space: nowrap }
        .remark { color: #57606a }
        </style></head><body>
        <h1>\(escaped(title))</h1>
        \(body)
        </body></html>

        """
    }
}
