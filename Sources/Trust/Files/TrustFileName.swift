/// Which name a header has to carry, for a name that a phone asked for.
public enum TrustFileName {
    public static let trustList = Label(trusted: "CTLFile.tlv")
    public static let identityList = Label(trusted: "ITLFile.tlv")

    /// The lists of one phone, `CTLSEP<mac>.tlv` and `ITLSEP<mac>.tlv`, carry the common name; every other file its own.
    public static func inHeader(of requested: String) -> Label? {
        let parts = requested.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 2, parts[1] == "tlv", parts[0].dropFirst(3).hasPrefix("SEP") {
            let isMAC = parts[0].utf8.count == 18 && parts[0].dropFirst(6).allSatisfy { $0.isASCII && $0.isHexDigit }
            if isMAC, parts[0].hasPrefix("CTL") { return trustList }
            if isMAC, parts[0].hasPrefix("ITL") { return identityList }
        }
        return Label(requested)
    }
}
