import ConfigLanguage
import Wire

/// Lines of an nft ruleset, indented by the blocks they stand in.
struct NftText {
    private(set) var text = ""
    private var depth = 0

    mutating func line(_ line: String) {
        text += String(repeating: "    ", count: depth) + line + "\n"
    }

    mutating func block(_ head: String, _ body: (inout NftText) -> Void) {
        line(head + " {")
        depth += 1
        body(&self)
        depth -= 1
        line("}")
    }
}

/// Names and values as nft reads them.
enum Nft {
    static let table = "phoneproxy"

    /// `prefix` and `name` as an identifier: what nft does not take becomes a slash and two hexadecimal digits, so
    /// that different names stay different.
    static func identifier(_ prefix: String, _ name: String) -> String {
        prefix
            + name.utf8.map { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    String(UnicodeScalar(byte))
                default: "/" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
                }
            }.joined()
    }

    /// The counter of entry `index` (from 1) of access list `list`.
    static func counter(list: String, entry index: Int) -> String { identifier("acl/", list) + "/\(index)" }

    /// `"eth0"`, or `{ "eth0", "eth1" }`.
    static func devices(_ names: [String]) -> String {
        let quoted = names.map { "\"\($0)\"" }
        return quoted.count == 1 ? quoted[0] : "{ " + quoted.joined(separator: ", ") + " }"
    }

    /// A host, a network or a range.
    static func addresses(_ range: AddressRange) -> String {
        if range.first == range.last { return "\(range.first)" }
        if let length = (1..<range.first.bitWidth).first(where: { prefix(range, length: $0) }) {
            return "\(range.first)/\(length)"
        }
        return "\(range.first)-\(range.last)"
    }

    private static func prefix(_ range: AddressRange, length: Int) -> Bool {
        guard let prefix = IPPrefix(range.first, length: length) else { return false }
        return prefix.address == range.first && prefix.last == range.last
    }

    /// `69`, `69-70`, `!= 69`.
    static func ports(_ match: PortMatch) -> String {
        (match.isInverted ? "!= " : "")
            + (match.first == match.last ? "\(match.first)" : "\(match.first)-\(match.last)")
    }
}

extension IPAddress {
    /// The keyword of the address's family in nft.
    var nftFamily: String { isV4 ? "ip" : "ip6" }
    var nftProtocolFamily: String { isV4 ? "ipv4" : "ipv6" }
}
