import COpenSSL

/// Distinguished names in OpenSSL's form.
///
/// This file is one of the thin wrappers around C.
enum X509Name {
    /// `MBSTRING_UTF8`, a macro that is not imported.
    private static let utf8: Int32 = 0x1000

    static func read(_ name: OpaquePointer?) throws(TrustError) -> DistinguishedName {
        var read = DistinguishedName()
        for index in 0..<max(0, unsafe X509_NAME_entry_count(name)) {
            guard let entry = unsafe X509_NAME_get_entry(name, index),
                let type = unsafe identifier(X509_NAME_ENTRY_get_object(entry)),
                let value = unsafe text(X509_NAME_ENTRY_get_data(entry))
            else { throw OpenSSLErrors.take("a name in the certificate cannot be read") }
            guard !value.utf8.contains(0) else { throw TrustError("a name in the certificate has a NUL in it") }
            read.attributes.append(.init(.init(identifier: type), value))
        }
        return read
    }

    /// Adds the attributes of `name` to `target`, an `X509_NAME`.
    static func write(_ name: DistinguishedName, to target: OpaquePointer?) throws(TrustError) {
        for attribute in name.attributes {
            let bytes = Array(attribute.value.utf8)
            let added = unsafe X509_NAME_add_entry_by_txt(
                target, attribute.type.identifier, utf8, bytes, Int32(clamping: bytes.count), -1, 0)
            guard added == 1 else { throw OpenSSLErrors.take("\(DistinguishedName([attribute])) cannot be written") }
        }
    }

    private static func identifier(_ object: OpaquePointer?) -> String? {
        var text = [CChar](repeating: 0, count: 128)
        let length = Int(unsafe OBJ_obj2txt(&text, Int32(text.count), object, 1))
        guard length > 0, length < text.count else { return nil }
        return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func text(_ value: UnsafePointer<ASN1_STRING>?) -> String? {
        var bytes: UnsafeMutablePointer<UInt8>?
        let length = unsafe ASN1_STRING_to_UTF8(&bytes, value)
        guard length >= 0, let start = unsafe bytes else { return nil }
        defer { unsafe CRYPTO_free(start, nil, 0) }
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)
    }
}
