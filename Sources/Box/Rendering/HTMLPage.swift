/// A page for people, whole in one file: no script, nothing fetched from anywhere, every text escaped. It is well-formed
/// XML as well, so that programs can read it.
struct HTMLPage {
    private var body = ""
    private let title: String

    init(title: String) {
        self.title = title
        body = "<h1>\(Self.escaped(title))</h1>\n"
    }

    mutating func heading(_ text: String) { body += "<h2>\(Self.escaped(text))</h2>\n" }

    mutating func paragraph(_ text: String) { body += "<p>\(Self.escaped(text))</p>\n" }

    mutating func list(_ items: [String]) {
        body += "<ul>\n" + items.map { "<li>\(Self.escaped($0))</li>\n" }.joined() + "</ul>\n"
    }

    /// Values by name.
    mutating func pairs(_ rows: [(String, String)]) {
        body += "<table>\n"
        for (name, value) in rows {
            body += "<tr><th scope=\"row\">\(Self.escaped(name))</th><td>\(Self.escaped(value))</td></tr>\n"
        }
        body += "</table>\n"
    }

    /// As many values in each row as there are columns.
    mutating func table(_ columns: [String], _ rows: some Sequence<[String]>) {
        body += "<table>\n" + Self.row(columns, "th")
        for row in rows { body += Self.row(row, "td") }
        body += "</table>\n"
    }

    private static func row(_ cells: [String], _ tag: String) -> String {
        "<tr>" + cells.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>\n"
    }

    /// The file.
    var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
        <title>\(Self.escaped(title))</title>
        <style>
        body { font-family: sans-serif; margin: 2em; }
        table { border-collapse: collapse; margin: 0.5em 0; }
        th, td { border: 1px solid #bbbbbb; padding: 0.2em 0.6em; text-align: left; vertical-align: top; }
        th { background: #eeeeee; }
        td { font-family: monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
        </style>
        </head>
        <body>
        \(body)</body>
        </html>

        """
    }

    /// Text as it stands between tags and in attributes. What no HTML may hold, control characters among it, shows as
    /// U+FFFD.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: escaped += "&amp;"
            case 0x3c: escaped += "&lt;"
            case 0x3e: escaped += "&gt;"
            case 0x22: escaped += "&quot;"
            case 0x27: escaped += "&#39;"
            case 0x09, 0x0a: escaped.unicodeScalars.append(scalar)
            case ..<0x20, 0x7f...0x9f, 0xfffe, 0xffff: escaped += "\u{fffd}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
