import COpenSSL
import CTLSLibrary

/// What OpenSSL calls cipher suites.
///
/// This file is one of the thin wrappers around C.
enum CipherNames {
    /// Suites that say something else: no renegotiation (RFC 5746), no fallback (RFC 7507).
    private static let signals: Set<UInt16> = [0x00ff, 0x5600]

    /// Everything that OpenSSL as built can do, the weakest included; by its number on the wire.
    static let available: [UInt16: String] = {
        defer { OpenSSLErrors.discard() }
        guard let context = unsafe SSL_CTX_new_ex(CTLSLibrary_shared(), nil, TLS_method()) else { return [:] }
        defer { unsafe SSL_CTX_free(context) }
        unsafe SSL_CTX_set_security_level(context, 0)
        unsafe SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL")
        return Dictionary(unsafe suites(in: SSL_CTX_get_ciphers(context)), uniquingKeysWith: { first, _ in first })
    }()

    /// Of phones' old suites that OpenSSL no longer knows; the names are those that it gave them.
    private static let forgotten: [UInt16: String] = [
        0x0001: "NULL-MD5", 0x0002: "NULL-SHA", 0x0003: "EXP-RC4-MD5", 0x0004: "RC4-MD5", 0x0005: "RC4-SHA",
        0x0006: "EXP-RC2-CBC-MD5", 0x0007: "IDEA-CBC-SHA", 0x0008: "EXP-DES-CBC-SHA", 0x0009: "DES-CBC-SHA",
        0x000a: "DES-CBC3-SHA", 0x0011: "EXP-EDH-DSS-DES-CBC-SHA", 0x0012: "EDH-DSS-DES-CBC-SHA",
        0x0013: "EDH-DSS-DES-CBC3-SHA", 0x0014: "EXP-EDH-RSA-DES-CBC-SHA", 0x0015: "EDH-RSA-DES-CBC-SHA",
        0x0016: "EDH-RSA-DES-CBC3-SHA", 0x0032: "DHE-DSS-AES128-SHA", 0x0038: "DHE-DSS-AES256-SHA",
    ]

    static func names(of numbers: [UInt16]) -> [String] {
        numbers.filter { !signals.contains($0) }.map { available[$0] ?? forgotten[$0] ?? hexadecimal($0) }
    }

    /// What the connections of `context`, an `SSL_CTX`, choose from or propose, in its order.
    static func usable(in context: OpaquePointer) -> [String] {
        defer { OpenSSLErrors.discard() }
        guard let connection = unsafe SSL_new(context) else { return [] }
        defer { unsafe SSL_free(connection) }
        let list = unsafe SSL_get1_supported_ciphers(connection)
        defer { unsafe OPENSSL_sk_free(list) }
        return unsafe suites(in: list).map(\.1)
    }

    private static func suites(in list: OpaquePointer?) -> [(UInt16, String)] {
        unsafe (0..<max(0, OPENSSL_sk_num(list))).compactMap { index in
            guard let suite = unsafe OpaquePointer(OPENSSL_sk_value(list, index)),
                let name = unsafe SSL_CIPHER_get_name(suite)
            else { return nil }
            return unsafe (SSL_CIPHER_get_protocol_id(suite), String(cString: name))
        }
    }

    private static func hexadecimal(_ number: UInt16) -> String {
        let digits = String(number, radix: 16)
        return "0x\(String(repeating: "0", count: 4 - digits.count))\(digits)"
    }
}
