import COpenSSL

/// Listens to what a peer says in its first message.
///
/// This file is one of the thin wrappers around C.
enum HelloReading {
    /// More suites than anybody has.
    private static let cipherLimit = 256
    private static let nameLimit = 255

    private enum Extension {
        static let serverName: UInt32 = 0
        static let sessionTicket: UInt32 = 35
        static let preSharedKey: UInt32 = 41
        static let supportedVersions: UInt32 = 43
    }

    /// `context`: an `SSL_CTX` for servers.
    static func observe(in context: OpaquePointer) {
        unsafe SSL_CTX_set_client_hello_cb(
            context,
            { connection, _, _ in
                if let connection = unsafe connection, let observer = unsafe TLSConnection.of(connection),
                    observer.hello == nil
                {
                    observer.hello = unsafe HelloReading.read(connection)
                }
                return SSL_CLIENT_HELLO_SUCCESS
            }, nil)
    }

    /// `context`: an `SSL_CTX` for clients.
    static func observeRequests(in context: OpaquePointer) {
        unsafe SSL_CTX_set_cert_cb(
            context,
            { connection, _ in
                if let connection = unsafe connection, let observer = unsafe TLSConnection.of(connection) {
                    observer.wasAskedForCertificate = true
                }
                return 1
            }, nil)
    }

    private static func read(_ connection: OpaquePointer) -> ClientHello {
        let versions = unsafe body(connection, Extension.supportedVersions)
        let version =
            highest(versions) ?? UInt16(truncatingIfNeeded: unsafe SSL_client_hello_get0_legacy_version(connection))
        var identifier: UnsafePointer<UInt8>?
        let hasIdentifier = unsafe SSL_client_hello_get0_session_id(connection, &identifier) > 0
        // In TLS 1.3 the identifier says nothing (RFC 8446 section 4.1.2).
        let resumes =
            version >= 0x0304
            ? unsafe !body(connection, Extension.preSharedKey).isEmpty
            : unsafe hasIdentifier || !body(connection, Extension.sessionTicket).isEmpty
        return unsafe ClientHello(
            version: version, ciphers: ciphers(connection), resumes: resumes,
            serverName: serverName(body(connection, Extension.serverName)))
    }

    private static func ciphers(_ connection: OpaquePointer) -> [UInt16] {
        var start: UnsafePointer<UInt8>?
        let count = unsafe SSL_client_hello_get0_ciphers(connection, &start)
        let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
        // A hello in the form of SSL 2.0 has three bytes for each, the first of them 0 for those of TLS.
        let width = unsafe SSL_client_hello_isv2(connection) == 1 ? 3 : 2
        return stride(from: 0, to: count - width + 1, by: width).prefix(cipherLimit).compactMap { place in
            guard unsafe width == 2 || bytes[place] == 0 else { return nil }
            return unsafe UInt16(bytes[place + width - 2]) << 8 | UInt16(bytes[place + width - 1])
        }
    }

    private static func body(_ connection: OpaquePointer, _ type: UInt32) -> [UInt8] {
        var start: UnsafePointer<UInt8>?
        var count = 0
        guard unsafe SSL_client_hello_get0_ext(connection, type, &start, &count) == 1 else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Of `supported_versions` (RFC 8446 section 4.2.1); `nil` without it.
    private static func highest(_ body: [UInt8]) -> UInt16? {
        stride(from: 1, to: body.count - 1, by: 2).map { UInt16(body[$0]) << 8 | UInt16(body[$0 + 1]) }
            .filter { (0x0301...0x0304).contains($0) }.max()
    }

    /// Of `server_name` (RFC 6066 section 3): a list of one name, of type 0.
    private static func serverName(_ body: [UInt8]) -> String? {
        let name = body.dropFirst(5)
        guard body.count > 5, body[2] == 0, name.count <= nameLimit, Int(body[3]) << 8 | Int(body[4]) == name.count,
            name.allSatisfy({ (0x21..<0x7f).contains($0) })
        else { return nil }
        return String(decoding: name, as: UTF8.self)
    }
}
