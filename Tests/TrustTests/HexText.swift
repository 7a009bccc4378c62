/// Bytes in hexadecimal, as `openssl` prints them.
func hexText(_ bytes: [UInt8], separator: String = "") -> String {
    bytes.map { String(UInt16($0) | 0x100, radix: 16, uppercase: true).dropFirst() }.joined(separator: separator)
}
