import COpenSSL
import ConfigLanguage
import Wire

/// A client and a server, both OpenSSL without any of our code and without a network: what each sends to the other, and what
/// the client writes into a key log.
@safe package final class TLSConversation {
    package struct Options {
        package var version = TLSVersion.tls12
        /// As OpenSSL names it; `nil`: its own choice.
        package var cipher: String?
        /// Whose certificate the server has, see ``TestSite``.
        package var server = "box"
        /// Groups that the server takes for the exchange of keys; another than the client's first makes it ask again.
        package var groups: String?
        package var encryptsThenAuthenticates = true
        /// One whose session is taken up again.
        package var earlier: TLSConversation?

        package init() {}
    }

    package struct Piece {
        package var isFromClient: Bool
        package var bytes: [UInt8]
    }

    /// In the order in which it was sent.
    package private(set) var pieces: [Piece] = []
    fileprivate(set) var lines: [String] = []
    private let contexts: (client: OpaquePointer, server: OpaquePointer)
    private let client: OpaquePointer
    private let server: OpaquePointer

    package init(_ site: TestSite, _ options: Options) throws {
        let context: OpaquePointer
        let other: OpaquePointer
        if let earlier = options.earlier {
            unsafe (context, other) = earlier.contexts
            unsafe SSL_CTX_up_ref(context)
            unsafe SSL_CTX_up_ref(other)
        } else {
            unsafe (context, other) = try Self.contexts(site, options)
        }
        unsafe contexts = (context, other)
        guard let client = unsafe SSL_new(context), let server = unsafe SSL_new(other) else {
            throw TestFailure("SSL_new")
        }
        unsafe self.client = client
        unsafe self.server = server
        unsafe SSL_set_bio(client, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()))
        unsafe SSL_set_bio(server, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()))
        unsafe SSL_set_connect_state(client)
        unsafe SSL_set_accept_state(server)
        if let session = options.earlier?.session { unsafe SSL_set_session(client, session.pointer) }
        unsafe SSL_set_ex_data(client, 0, Unmanaged.passUnretained(self).toOpaque())
        unsafe SSL_CTX_set_keylog_callback(context) { connection, line in
            guard let connection = unsafe connection, let line = unsafe line,
                let place = unsafe SSL_get_ex_data(connection, 0)
            else { return }
            unsafe Unmanaged<TLSConversation>.fromOpaque(place).takeUnretainedValue().lines.append(
                String(cString: line))
        }
        try shakeHands()
    }

    private static func contexts(
        _ site: TestSite, _ options: Options
    ) throws -> (client: OpaquePointer, server: OpaquePointer) {
        guard let client = unsafe SSL_CTX_new(TLS_client_method()), let server = unsafe SSL_CTX_new(TLS_server_method())
        else { throw TestFailure("SSL_CTX_new") }
        unsafe set(options, client)
        unsafe set(options, server)
        // SSL_CTRL_SET_DH_AUTO
        unsafe SSL_CTX_ctrl(server, 118, 1, nil)
        if let groups = options.groups {
            _ = unsafe groups.withCString {
                unsafe SSL_CTX_ctrl(server, SSL_CTRL_SET_GROUPS_LIST, 0, UnsafeMutableRawPointer(mutating: $0))
            }
        }
        guard unsafe SSL_CTX_use_certificate_chain_file(server, site.pem(options.server)) == 1,
            unsafe SSL_CTX_use_PrivateKey_file(server, site.key(options.server), SSL_FILETYPE_PEM) == 1
        else { throw TestFailure("the server's certificate") }
        return unsafe (client, server)
    }

    deinit {
        unsafe SSL_free(client)
        unsafe SSL_free(server)
        unsafe SSL_CTX_free(contexts.client)
        unsafe SSL_CTX_free(contexts.server)
    }

    private static func set(_ options: Options, _ context: OpaquePointer) {
        unsafe SSL_CTX_set_security_level(context, 0)
        let version = Int(options.version.wireValue)
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, version, nil)
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nil)
        if let cipher = options.cipher {
            if options.version == .tls13 {
                unsafe SSL_CTX_set_ciphersuites(context, cipher)
            } else {
                unsafe SSL_CTX_set_cipher_list(context, cipher)
            }
        }
        // SSL_OP_NO_ENCRYPT_THEN_MAC
        if !options.encryptsThenAuthenticates { unsafe SSL_CTX_set_options(context, 1 << 19) }
    }

    /// As a key log has it.
    package var keyLog: String { lines.map { $0 + "\n" }.joined() }

    package var cipher: String {
        unsafe SSL_get_current_cipher(client).flatMap { unsafe SSL_CIPHER_get_name($0) }
            .map { unsafe String(cString: $0) } ?? ""
    }

    package var isResumed: Bool { unsafe SSL_session_reused(client) == 1 }
    package var session: TestPhone.Session? { unsafe SSL_get1_session(client).map { unsafe TestPhone.Session($0) } }

    /// Until both sides agree that it is over.
    package func shakeHands() throws {
        for _ in 0..<10 {
            let first = unsafe SSL_do_handshake(client)
            carry()
            let second = unsafe SSL_do_handshake(server)
            carry()
            if first == 1, second == 1 { return drain() }
        }
        throw TestFailure("no handshake")
    }

    /// One side says something, and the other hears it.
    package func say(_ bytes: [UInt8], fromClient: Bool) throws {
        let (from, to) = unsafe fromClient ? (client, server) : (server, client)
        guard unsafe SSL_write(from, bytes, Int32(bytes.count)) == Int32(bytes.count) else {
            throw TestFailure("SSL_write")
        }
        carry()
        var heard: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 65_536)
        while heard.count < bytes.count {
            let count = unsafe SSL_read(to, &room, Int32(room.count))
            guard count > 0 else { throw TestFailure("SSL_read") }
            heard += room[..<Int(count)]
        }
        guard heard == bytes else { throw TestFailure("something else was heard") }
        carry()
    }

    /// New keys for what one side sends, in TLS 1.3; with `both`, for what the other sends, too.
    package func updateKeys(fromClient: Bool, both: Bool) {
        unsafe SSL_key_update(
            fromClient ? client : server, both ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED)
    }

    /// Another handshake inside the first, before TLS 1.3.
    package func renegotiate() throws {
        // SSL_OP_ALLOW_CLIENT_RENEGOTIATION
        unsafe SSL_set_options(server, 1 << 8)
        unsafe SSL_renegotiate(client)
        for _ in 0..<10 {
            let result = unsafe SSL_do_handshake(client)
            carry()
            drain()
            if result == 1 { return }
        }
        throw TestFailure("no other handshake")
    }

    package func finish() {
        unsafe SSL_shutdown(client)
        unsafe SSL_shutdown(server)
        carry()
    }

    /// What the server says behind the handshake, such as tickets.
    private func drain() {
        var room = [UInt8](repeating: 0, count: 1024)
        unsafe SSL_read(client, &room, 1024)
        unsafe SSL_read(server, &room, 1024)
        ERR_clear_error()
        carry()
    }

    private func carry() {
        for isFromClient in [true, false] {
            let (from, to) = unsafe isFromClient ? (client, server) : (server, client)
            var room = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = unsafe BIO_read(SSL_get_wbio(from), &room, Int32(room.count))
                guard count > 0 else { break }
                unsafe BIO_write(SSL_get_rbio(to), room, count)
                pieces.append(Piece(isFromClient: isFromClient, bytes: Array(room[..<Int(count)])))
            }
        }
    }
}

extension TLSConversation {
    /// As packets of one TCP connection with its beginning, from `client` to `server`.
    package func packets(from client: Endpoint, to server: Endpoint, segment: Int = 1_400) -> [[UInt8]] {
        var sequences: (client: UInt32, server: UInt32) = (0xffff_fff0, 77)
        var packets: [[UInt8]?] = []
        func send(_ isFromClient: Bool, _ flags: TCPHeader.Flags, _ bytes: ArraySlice<UInt8> = []) {
            let (own, other) = isFromClient ? sequences : (sequences.server, sequences.client)
            packets.append(
                TCPPacket.make(
                    from: isFromClient ? client : server, to: isFromClient ? server : client, sequence: own,
                    acknowledgment: flags.contains(.acknowledge) ? other : 0, flags: flags, bytes))
            let length = UInt32(bytes.count) &+ (flags.contains(.syn) ? 1 : 0)
            if isFromClient { sequences.client &+= length } else { sequences.server &+= length }
        }
        send(true, [.syn])
        send(false, [.syn, .acknowledge])
        for piece in pieces {
            for start in stride(from: 0, to: piece.bytes.count, by: segment) {
                send(
                    piece.isFromClient, [.acknowledge, .push],
                    piece.bytes[start..<min(start + segment, piece.bytes.count)])
            }
        }
        return packets.compactMap(\.self)
    }
}
