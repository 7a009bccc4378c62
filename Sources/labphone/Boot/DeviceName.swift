/// `SEP` and a MAC address of 12 hexadecimal digits in upper case: what a phone's files are called by.
struct DeviceName: Hashable, Sendable, CustomStringConvertible {
    /// 48 bits.
    let mac: UInt64

    init(mac: UInt64) { self.mac = mac & 0xffff_ffff_ffff }

    /// Reads `SEP001122334455`, `001122334455`, `0011.2233.4455` or `00:11:22:33:44:55`.
    init?(_ text: String) {
        let digits = (text.uppercased().hasPrefix("SEP") ? text.dropFirst(3) : text[...]).filter { !".:-".contains($0) }
        guard digits.count == 12, digits.allSatisfy(\.isHexDigit), let mac = UInt64(digits, radix: 16) else {
            return nil
        }
        self.init(mac: mac)
    }

    /// The phone that is `count` MAC addresses further.
    func advanced(by count: Int) -> DeviceName { DeviceName(mac: mac &+ UInt64(count)) }

    var description: String {
        let digits = String(mac, radix: 16, uppercase: true)
        return "SEP" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    var trustListName: String { "CTL\(self).tlv" }
    var configurationName: String { "\(self).cnf.xml" }
}
