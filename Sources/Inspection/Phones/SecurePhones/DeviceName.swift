import Wire

/// What a phone is called: by its MAC, as Cisco's are, or by whatever name its certificate has.
public enum DeviceName: Hashable, Sendable {
    case mac(MACAddress)
    case name(String)

    /// Longer names than this are cut; Cisco's have 15 characters, and a common name at most 64 (RFC 5280 appendix A).
    static let longest = 64

    /// From a certificate's common name (cisco-facts 7.5): `SEP001E7AC4DA9C`, `CP-7962G-SEP001E7AC4DA9C`, or any other;
    /// `nil` for an empty one.
    public init?(commonName: String) {
        let text = Array(commonName.utf8)
        let last = text.split(separator: UInt8(ascii: "-")).last ?? []
        if let mac = MACAddress(deviceName: last) {
            self = .mac(mac)
        } else {
            let printable = text.prefix(Self.longest).filter { 0x21...0x7e ~= $0 }
            guard !printable.isEmpty else { return nil }
            self = .name(String(decoding: printable, as: UTF8.self))
        }
    }

    public var mac: MACAddress? {
        if case .mac(let mac) = self { mac } else { nil }
    }
}

extension DeviceName: Comparable {
    /// MACs come before names.
    public static func < (left: DeviceName, right: DeviceName) -> Bool {
        switch (left, right) {
        case (.mac(let left), .mac(let right)): left < right
        case (.name(let left), .name(let right)): left < right
        case (.mac, .name): true
        case (.name, .mac): false
        }
    }
}

extension DeviceName: CustomStringConvertible {
    /// As `show phone-proxy secure-phones` has it: `001e.7ac4.da9c`, or the name.
    public var description: String {
        switch self {
        case .mac(let mac): mac.description
        case .name(let name): name
        }
    }
}
