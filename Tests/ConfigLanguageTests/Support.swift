import Testing

@testable import ConfigLanguage

/// Two interfaces, as every configuration with NAT or access lists needs them: lines 1 to 8.
let twoInterfaces = """
    interface eth0
     nameif outside
     security-level 0
     ip address 10.10.0.24 255.255.255.0
    interface eth1
     nameif inside
     ip address 192.0.2.24 255.255.255.0
    !

    """

func read(_ text: String) -> ReadConfiguration { Configuration.read(text, file: "box.cfg") }

/// The configuration of a text that must be free of errors.
func valid(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) -> Configuration {
    let result = read(text)
    for diagnostic in result.diagnostics where diagnostic.severity == .error {
        Issue.record("\(diagnostic)", sourceLocation: sourceLocation)
    }
    return result.configuration
}

extension ReadConfiguration {
    func messages(_ severity: Diagnostic.Severity) -> [String] {
        diagnostics.filter { $0.severity == severity }.map(\.message)
    }
}

/// A configuration that has its fault marked: `ip address «10.0.0.300» 255.255.255.0`.
struct MarkedText {
    var text: String
    var line: Int
    var column: Int
    /// An empty mark is the end of a line, of which one character is underlined.
    var length: Int

    init?(_ marked: String) {
        let lines = marked.split(separator: "\n", omittingEmptySubsequences: false)
        guard let row = lines.firstIndex(where: { $0.contains("«") }),
            let open = lines[row].firstIndex(of: "«"), let close = lines[row].firstIndex(of: "»")
        else { return nil }
        text = marked.filter { $0 != "«" && $0 != "»" }
        line = row + 1
        column = lines[row].distance(from: lines[row].startIndex, to: open) + 1
        length = max(1, lines[row].distance(from: open, to: close) - 1)
    }
}
