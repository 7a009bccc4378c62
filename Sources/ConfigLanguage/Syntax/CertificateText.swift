/// A certificate between text and DER: base 64 (RFC 4648 section 4, RFC 7468), or the hexadecimal of
/// `show running-config`. What is inside the certificate is not looked at, but for its serial number.
enum CertificateText {
    /// What is wrong, and at which line of the text, from 0.
    struct Fault: Error, Hashable {
        var line: Int
        var message: String
    }

    // MARK: Reading

    /// The one DER value that the text is.
    static func der(_ lines: [String], _ encoding: PasteReader.Encoding) throws(Fault) -> [UInt8] {
        let bytes = try encoding == .hexadecimal ? hexadecimal(lines) : base64(lines)
        guard let length = lengthOfSequence(bytes) else { throw Fault(line: 0, message: "this is not a certificate") }
        guard length <= bytes.count else {
            throw Fault(line: 0, message: "the certificate is cut short: \(bytes.count) of \(length) bytes")
        }
        guard length == bytes.count else {
            throw Fault(line: 0, message: "\(bytes.count - length) bytes follow the certificate")
        }
        return bytes
    }

    private static func hexadecimal(_ lines: [String]) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8?
        for (index, line) in lines.enumerated() {
            for digit in line.utf8 where digit > 0x20 {
                guard let value = hexDigit(digit) else {
                    throw Fault(line: index, message: "the line is not hexadecimal")
                }
                if let first = high.take() { bytes.append(first << 4 | value) } else { high = value }
            }
        }
        guard high == nil else { throw Fault(line: lines.count - 1, message: "the last byte has one digit") }
        return bytes
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func base64(_ lines: [String]) throws(Fault) -> [UInt8] {
        var decoder = Base64Decoder()
        var last = 0
        for (index, line) in lines.enumerated() {
            if line.contains("-----") {
                guard line.contains(" CERTIFICATE-----") else {
                    throw Fault(line: index, message: "a certificate must stand here, nothing else")
                }
                continue
            }
            for digit in line.utf8 where digit > 0x20 {
                guard decoder.take(digit) else { throw Fault(line: index, message: "the line is not base 64") }
                last = index
            }
        }
        guard let bytes = decoder.finished() else {
            throw Fault(line: last, message: "the base 64 text is cut short")
        }
        return bytes
    }

    /// The value of a base 64 digit.
    static func value(ofBase64 digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }

    // MARK: DER (X.690)

    /// Bytes of the SEQUENCE that `bytes` begin with, its tag and length counted in.
    private static func lengthOfSequence(_ bytes: [UInt8]) -> Int? {
        value(0x30, in: bytes[...]).map { $0.upperBound }
    }

    /// Where the contents of the element with `tag` stand that `bytes` begin with; they may end beyond the bytes.
    private static func value(_ tag: UInt8, in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        let start = bytes.startIndex
        guard bytes.count >= 2, bytes[start] == tag else { return nil }
        let first = Int(bytes[start + 1])
        if first < 0x80 { return start + 2..<start + 2 + first }
        let count = first & 0x7f
        guard (1...3).contains(count), bytes.count >= 2 + count else { return nil }
        let length = bytes[start + 2..<start + 2 + count].reduce(0) { $0 << 8 | Int($1) }
        return start + 2 + count..<start + 2 + count + length
    }

    /// A certificate's serial number of 1 to 20 bytes, as hexadecimal digits; `nil` for what is no certificate (RFC 5280
    /// sections 4.1 and 4.1.2.2).
    static func serialNumber(_ der: [UInt8]) -> String? {
        func contents(_ tag: UInt8, _ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
            guard let range = value(tag, in: bytes), range.upperBound <= bytes.endIndex else { return nil }
            return bytes[range]
        }
        guard let certificate = contents(0x30, der[...]), var rest = contents(0x30, certificate) else { return nil }
        if let version = contents(0xa0, rest) { rest = rest[version.endIndex...] }
        guard let serial = contents(0x02, rest), (1...20).contains(serial.count) else { return nil }
        return serial.map(hexadecimal).joined()
    }

    // MARK: Writing

    static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    /// Lines of 64 digits.
    static func base64Lines(_ bytes: [UInt8]) -> [String] {
        stride(from: 0, to: bytes.count, by: 48).map { start in
            base64(bytes[start..<min(start + 48, bytes.count)])
        }
    }

    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ bytes: ArraySlice<UInt8>) -> String {
        var text: [UInt8] = []
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.endIndex)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Base 64, digit by digit.
private struct Base64Decoder {
    private var bytes: [UInt8] = []
    private var bits: UInt32 = 0
    private var count = 0
    private var padding = 0

    /// Whether the digit can stand there.
    mutating func take(_ digit: UInt8) -> Bool {
        if digit == UInt8(ascii: "=") {
            padding += 1
            return padding <= 2 && (count + padding) <= 4 && count >= 2
        }
        guard padding == 0, let value = CertificateText.value(ofBase64: digit) else { return false }
        bits = bits << 6 | UInt32(value)
        count += 1
        if count == 4 {
            bytes += [
                UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8),
                UInt8(truncatingIfNeeded: bits),
            ]
            (bits, count) = (0, 0)
        }
        return true
    }

    /// `nil` if the last group is not whole.
    func finished() -> [UInt8]? {
        switch (count, padding) {
        case (0, 0): bytes
        case (2, 2): bytes + [UInt8(truncatingIfNeeded: bits >> 4)]
        case (3, 1): bytes + [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        default: nil
        }
    }
}
