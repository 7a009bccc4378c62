import COpenSSL
import Glibc

/// Facts about a certificate of a peer. Everything in it is the peer's own words until the chain is verified, and stays
/// text that somebody else chose.
///
/// This file is one of the thin wrappers around C.
enum Certificates {
    /// `pointer`: an `X509` that stays the caller's.
    static func facts(_ pointer: OpaquePointer) -> PeerCertificate {
        defer { OpenSSLErrors.discard() }
        let subject = unsafe X509_get_subject_name(pointer)
        return unsafe PeerCertificate(
            serialNumber: serialNumber(pointer),
            subject: NameText.text(subject),
            issuer: NameText.text(X509_get_issuer_name(pointer)),
            commonName: NameText.commonName(subject),
            notBefore: seconds(X509_get0_notBefore(pointer)) ?? 0,
            notAfter: seconds(X509_get0_notAfter(pointer)) ?? 0,
            keyBits: keyBits(pointer),
            der: der(pointer))
    }

    /// 0 when the key cannot be read.
    static func keyBits(_ pointer: OpaquePointer) -> Int {
        guard let key = unsafe X509_get0_pubkey(pointer) else { return 0 }
        return Int(unsafe EVP_PKEY_get_bits(key))
    }

    /// Seconds since 1970.
    static func notAfter(_ pointer: OpaquePointer) -> Int64 { unsafe seconds(X509_get0_notAfter(pointer)) ?? 0 }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        var broken = unsafe tm()
        guard let time = unsafe time, unsafe ASN1_TIME_to_tm(time, &broken) == 1 else { return nil }
        return Int64(unsafe timegm(&broken))
    }

    private static func serialNumber(_ pointer: OpaquePointer) -> String {
        guard let number = unsafe X509_get0_serialNumber(pointer), let start = unsafe ASN1_STRING_get0_data(number)
        else { return "" }
        let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(number)))
        let digits = Array("0123456789ABCDEF".utf8)
        // RFC 5280 section 4.1.2.2: at most 20 bytes.
        let text = unsafe bytes.prefix(32).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    private static func der(_ pointer: OpaquePointer) -> [UInt8] {
        let length = Int(unsafe i2d_X509(pointer, nil))
        guard length > 0 else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            var end = buffer.baseAddress
            count = Int(unsafe i2d_X509(pointer, &end))
        }
    }
}
