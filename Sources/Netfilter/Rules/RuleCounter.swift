/// A named counter of our table.
public struct RuleCounter: Hashable, Sendable {
    /// One of ``drops``, or as ``name(list:entry:)`` says.
    public var name: String
    public var packets: UInt64
    public var bytes: UInt64

    /// What came from an address that nobody but the box sends from.
    static let spoofed = "sp-security-failed"
    /// What came to a secure port, and begins no connection nor belongs to one.
    static let notSYN = "tcp-not-syn"
    /// Phones' connections that were handed to the TLS terminator.
    public static let redirected = "app-redirect"
    /// Media that came to a media-termination address: read from packet sockets, and no further.
    public static let media = "media-termination"
    /// The names under which packets are counted that the kernel dropped: reasons as in `show asp drop`.
    public static let drops: Set<String> = ["acl-drop", "ct-invalid", spoofed, notSYN]

    /// The counter that entry `entry` (from 1) of access list `list` counts into.
    public static func name(list: String, entry: Int) -> String { Nft.counter(list: list, entry: entry) }

    /// Reads what `nft list counters` prints: `counter NAME {`, then `packets N bytes N`.
    static func parse(_ text: String) -> [RuleCounter] {
        var counters: [RuleCounter] = []
        var name: String?
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.count >= 2, words[0] == "counter" {
                name = String(words[1])
            } else if words.count == 4, words[0] == "packets", words[2] == "bytes", let open = name,
                let packets = UInt64(words[1]), let bytes = UInt64(words[3])
            {
                counters.append(RuleCounter(name: open, packets: packets, bytes: bytes))
                name = nil
            }
        }
        return counters
    }
}
