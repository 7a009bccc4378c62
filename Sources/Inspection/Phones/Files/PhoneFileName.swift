import Wire

/// A file name as a phone asks for it, and what the phone proxy makes of it.
struct PhoneFileName: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// `CTLSEP<MAC>.tlv`; without a MAC `CTLFile.tlv`, or one of another device.
        case trustList(MACAddress?)
        /// `ITLSEP<MAC>.tlv` or `ITLFile.tlv`: the list of Unified CM 8, which the phone proxy has none of.
        case identityTrustList(MACAddress?)
        /// `.tlv` under any other name.
        case otherTrustList
        /// `<device>.cnf.xml`.
        case configuration(Device)
        /// `<device>.cnf.xml.sgn`.
        case signedConfiguration(Device)
        /// `….cnf.xml.enc.sgn` or `….cnf.xml.enc`: encrypted by the call server, so nothing can be changed in it.
        case encryptedConfiguration
        /// Any other `.sgn`.
        case signed
        /// Firmware and whatever else. `….zz.sgn` is firmware: it has that name on the server, and Cisco's signature.
        case other
    }

    /// The device that a configuration file is for.
    struct Device: Hashable, Sendable {
        /// Its name in printable form: `SEP001E7AC4DA9C`, `XMLDefault`.
        var name: String
        /// `nil` where the name has none in it.
        var mac: MACAddress?
    }

    /// As asked for, folders and all.
    let bytes: [UInt8]
    let kind: Kind

    /// `nil` for an empty name and for one longer than ``TFTPRequest/maximumFilenameLength``.
    init?(_ bytes: [UInt8]) {
        guard 1...TFTPRequest.maximumFilenameLength ~= bytes.count else { return nil }
        self.bytes = bytes
        kind = Self.classify(Self.lastPart(bytes))
    }

    /// The name of the file before it is signed: `bytes` without `.sgn`; all of them for any other kind.
    var unsigned: [UInt8] {
        switch kind {
        case .signedConfiguration, .signed: Array(bytes.dropLast(4))
        default: bytes
        }
    }

    /// The phone that the name names, if it names one.
    var mac: MACAddress? {
        switch kind {
        case .trustList(let mac), .identityTrustList(let mac): mac
        case .configuration(let device), .signedConfiguration(let device): device.mac
        case .otherTrustList, .encryptedConfiguration, .signed, .other: nil
        }
    }

    /// Upper and lower case are the same here: a call server may take them so, and a trust list must not get past under
    /// an odd spelling.
    private static func classify(_ name: ArraySlice<UInt8>) -> Kind {
        if has(name, suffix: ".tlv") { return trustList(name.dropLast(4)) }
        if has(name, suffix: ".sgn") { return signed(name) }
        if has(name, suffix: ".cnf.xml.enc") { return .encryptedConfiguration }
        return has(name, suffix: ".cnf.xml") ? .configuration(device(name.dropLast(8))) : .other
    }

    private static func signed(_ name: ArraySlice<UInt8>) -> Kind {
        if has(name, suffix: ".cnf.xml.sgn") { return .signedConfiguration(device(name.dropLast(12))) }
        if has(name, suffix: ".cnf.xml.enc.sgn") { return .encryptedConfiguration }
        return has(name, suffix: ".zz.sgn") || name.count == 4 ? .other : .signed
    }

    private static func trustList(_ stem: ArraySlice<UInt8>) -> Kind {
        if has(stem, prefix: "CTL") { return .trustList(MACAddress(deviceName: stem.dropFirst(3))) }
        if has(stem, prefix: "ITL") { return .identityTrustList(MACAddress(deviceName: stem.dropFirst(3))) }
        return .otherTrustList
    }

    private static func device(_ name: ArraySlice<UInt8>) -> Device {
        Device(name: printable(name), mac: MACAddress(deviceName: name))
    }

    /// What is behind the last `/` or `\`: locale files are asked for in a folder, and some phones begin with `./`.
    private static func lastPart(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        guard let separator = bytes.lastIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }) else {
            return bytes[...]
        }
        return bytes[(separator + 1)...]
    }

    private static func has(_ name: ArraySlice<UInt8>, suffix: String) -> Bool {
        name.count >= suffix.utf8.count && equals(name.suffix(suffix.utf8.count), suffix)
    }

    private static func has(_ name: ArraySlice<UInt8>, prefix: String) -> Bool {
        equals(name.prefix(prefix.utf8.count), prefix)
    }

    private static func equals(_ name: ArraySlice<UInt8>, _ wanted: String) -> Bool {
        let (name, wanted) = (name.span, wanted.utf8.span)
        guard name.count == wanted.count else { return false }
        for index in 0..<name.count where lowered(name[index]) != lowered(wanted[index]) { return false }
        return true
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { 0x41...0x5a ~= byte ? byte | 0x20 : byte }

    private static func printable(_ bytes: ArraySlice<UInt8>) -> String {
        let bytes = Array(bytes)
        return TFTPTransfer.text(bytes.span, bytes.indices)
    }
}

extension PhoneFileName: CustomStringConvertible {
    /// Fit for a log line: what is not printable ASCII becomes `\xNN`.
    var description: String { Self.printable(bytes[...]) }
}
