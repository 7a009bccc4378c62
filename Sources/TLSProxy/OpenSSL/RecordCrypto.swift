import COpenSSL
import Wire

/// The primitives that recorded TLS is opened with. Each call leaves OpenSSL's queue of errors empty.
///
/// This file is one of the thin wrappers around C.
enum RecordCrypto {
    private static let tagLength = 16

    /// RFC 2104.
    static func code(_ hash: TLSCipherSuite.Hash, key: [UInt8], _ data: [UInt8]) -> [UInt8]? {
        defer { OpenSSLErrors.discard() }
        var code = [UInt8](repeating: 0, count: hash.length)
        let size = code.count
        var length = 0
        let made = unsafe EVP_Q_mac(
            nil, "HMAC", nil, name(of: hash), nil, key, key.count, data, data.count, &code, size, &length)
        return unsafe made != nil && length == size ? code : nil
    }

    /// Whether both are the same, in a time that does not tell how far they are.
    static func areEqual(_ left: ArraySlice<UInt8>, _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe Array(left).withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { unsafe CRYPTO_memcmp(left.baseAddress, $0.baseAddress, $0.count) == 0 }
        }
    }

    /// Opens what an AEAD cipher has sealed: the tag stands at its end.
    ///
    /// - Parameter clear: what is authenticated beside it.
    static func open(
        _ sealed: ArraySlice<UInt8>, _ encryption: TLSCipherSuite.Encryption, key: [UInt8], nonce: [UInt8],
        clear: [UInt8]
    ) -> [UInt8]? {
        defer { OpenSSLErrors.discard() }
        guard sealed.count >= tagLength, let cipher = unsafe cipher(of: encryption),
            let context = unsafe EVP_CIPHER_CTX_new()
        else { return nil }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        let input = Array(sealed.dropLast(tagLength))
        var tag = Array(sealed.suffix(tagLength))
        var text = [UInt8](repeating: 0, count: input.count)
        var length: Int32 = 0
        guard unsafe EVP_DecryptInit_ex2(context, cipher, key, nonce, nil) == 1,
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagLength), &tag) == 1,
            unsafe EVP_DecryptUpdate(context, nil, &length, clear, Int32(clear.count)) == 1,
            unsafe input.isEmpty || EVP_DecryptUpdate(context, &text, &length, input, Int32(input.count)) == 1
        else { return nil }
        // All of the text is there; what is left is whether it is true.
        var rest = [UInt8](repeating: 0, count: tagLength)
        return unsafe EVP_DecryptFinal_ex(context, &rest, &length) == 1 ? text : nil
    }

    /// Decrypts whole blocks in CBC mode, padding and all.
    static func decrypt(
        _ blocks: ArraySlice<UInt8>, _ encryption: TLSCipherSuite.Encryption, key: [UInt8], vector: [UInt8]
    ) -> [UInt8]? {
        defer { OpenSSLErrors.discard() }
        guard encryption.blockLength > 0, blocks.count.isMultiple(of: encryption.blockLength), !blocks.isEmpty,
            let cipher = unsafe cipher(of: encryption), let context = unsafe EVP_CIPHER_CTX_new()
        else { return nil }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        let input = Array(blocks)
        var text = [UInt8](repeating: 0, count: input.count)
        var length: Int32 = 0
        guard unsafe EVP_DecryptInit_ex2(context, cipher, key, vector, nil) == 1,
            unsafe EVP_CIPHER_CTX_set_padding(context, 0) == 1,
            unsafe EVP_DecryptUpdate(context, &text, &length, input, Int32(input.count)) == 1
        else { return nil }
        return Int(length) == input.count ? text : nil
    }

    /// Lives as long as the program.
    private static func cipher(of encryption: TLSCipherSuite.Encryption) -> OpaquePointer? {
        switch encryption {
        case .none: nil
        case .tripleDESCBC: unsafe EVP_des_ede3_cbc()
        case .aes128CBC: unsafe EVP_aes_128_cbc()
        case .aes256CBC: unsafe EVP_aes_256_cbc()
        case .aes128GCM: unsafe EVP_aes_128_gcm()
        case .aes256GCM: unsafe EVP_aes_256_gcm()
        case .chaCha20Poly1305: unsafe EVP_chacha20_poly1305()
        }
    }

    private static func name(of hash: TLSCipherSuite.Hash) -> String {
        switch hash {
        case .md5: "MD5"
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha384: "SHA384"
        }
    }
}
