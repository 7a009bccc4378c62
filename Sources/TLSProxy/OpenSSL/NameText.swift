import COpenSSL

/// Distinguished names as the ASA writes them. `name` is an `X509_NAME`.
///
/// This file is one of the thin wrappers around C.
enum NameText {
    /// Attributes of a name and characters of a value that are shown: enough for any phone.
    private static let attributeLimit = 16
    private static let valueLimit = 256

    /// The most particular attribute first, names in lower case.
    static func text(_ name: OpaquePointer?) -> String {
        let count = max(0, unsafe X509_NAME_entry_count(name))
        var text = ""
        for index in stride(from: count - 1, through: 0, by: -1).prefix(attributeLimit) {
            guard let entry = unsafe X509_NAME_get_entry(name, index) else { continue }
            if !text.isEmpty { text += "," }
            unsafe text += label(entry)
            text += "="
            unsafe text += escaped(value(entry) ?? "")
        }
        return text
    }

    /// `nil` when there is not exactly one, or one that nobody should compare: empty, long, or with control characters.
    static func commonName(_ name: OpaquePointer?) -> String? {
        let first = unsafe X509_NAME_get_index_by_NID(name, NID_commonName, -1)
        guard first >= 0, unsafe X509_NAME_get_index_by_NID(name, NID_commonName, first) < 0,
            let entry = unsafe X509_NAME_get_entry(name, first), let value = unsafe value(entry),
            !value.isEmpty, value.utf8.count <= valueLimit, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
        else { return nil }
        return value
    }

    private static func label(_ entry: OpaquePointer) -> String {
        let type = unsafe OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry))
        guard type != NID_undef, let short = unsafe OBJ_nid2sn(type) else { return "oid" }
        return unsafe String(cString: short).lowercased()
    }

    private static func value(_ entry: OpaquePointer) -> String? {
        var bytes: UnsafeMutablePointer<UInt8>?
        let length = unsafe ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(entry))
        guard length >= 0, let start = unsafe bytes else { return nil }
        defer { unsafe CRYPTO_free(start, nil, 0) }
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20..<0x7f).contains(byte) && byte != 0x2c && byte != 0x2b && byte != 0x22 && byte != 0x5c
    }

    /// RFC 4514 section 2.4, as far as it keeps one value apart from the next and a log line whole.
    private static func escaped(_ value: String) -> String {
        // Nearly every value.
        if value.utf8.count <= valueLimit, value.utf8.allSatisfy(isPlain) { return value }
        var text = ""
        for scalar in value.unicodeScalars.prefix(valueLimit) {
            switch scalar {
            case ",", "+", "\"", "\\":
                text.unicodeScalars.append("\\")
                text.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                text += scalar.value < 0x10 ? "\\0" : "\\"
                text += String(scalar.value, radix: 16)
            case _
            where (0x80..<0xa0).contains(scalar.value) || scalar.properties.generalCategory == .format
                || scalar.properties.generalCategory == .lineSeparator
                || scalar.properties.generalCategory == .paragraphSeparator:
                // They would end a line, or turn its direction, where the log is read.
                text.unicodeScalars.append("?")
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
