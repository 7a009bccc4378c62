import TLSProxy

/// OpenSSL's errors as the ASA prints them in message 725014.
///
/// The ASA's own TLS is an OpenSSL from before 1.1, whose functions have other names; what operators search for is what
/// Cisco's documents show (cisco-facts 5.4). This is the one place that knows both. [I]
enum SSLErrorText {
    /// As on the ASA: one line, or two where its library has noted the failure twice.
    static func asa(_ error: LibraryError) -> [LibraryError] {
        let function = function(of: error)
        // What the ASA says of a certificate that no trustpoint vouches for: none is left.
        if function == clientCertificate, error.reason == "certificate verify failed" {
            return [
                LibraryError(function: "SSL3_READ_BYTES", reason: "ssl handshake failure"),
                LibraryError(function: function, reason: "no certificate returned"),
            ]
        }
        return [LibraryError(function: function, reason: reasons[error.reason] ?? error.reason)]
    }

    private static let clientCertificate = "SSL3_GET_CLIENT_CERTIFICATE"

    private static func function(of error: LibraryError) -> String {
        if let known = functions[error.function] { return known }
        // Extensions of a hello: `tls_parse_ctos_key_share`.
        if error.function.hasPrefix("tls_parse_ctos_") { return "SSL3_GET_CLIENT_HELLO" }
        if error.function.hasPrefix("tls_parse_stoc_") { return "SSL3_GET_SERVER_HELLO" }
        return error.function.uppercased()
    }

    /// By OpenSSL 3's name.
    private static let functions: [String: String] = [
        // hellos
        "tls_early_post_process_client_hello": "SSL3_GET_CLIENT_HELLO",
        "tls_post_process_client_hello": "SSL3_GET_CLIENT_HELLO",
        "tls_process_client_hello": "SSL3_GET_CLIENT_HELLO",
        "tls_choose_sigalg": "SSL3_GET_CLIENT_HELLO",
        "tls_collect_extensions": "SSL3_GET_CLIENT_HELLO",
        "ssl_choose_client_version": "SSL3_GET_SERVER_HELLO",
        "tls_process_server_hello": "SSL3_GET_SERVER_HELLO",
        "tls_setup_handshake": "SSL3_CLIENT_HELLO",
        // certificates
        "tls_process_client_certificate": clientCertificate,
        "tls_process_server_certificate": "SSL3_GET_SERVER_CERTIFICATE",
        "tls_post_process_server_certificate": "SSL3_GET_SERVER_CERTIFICATE",
        "tls_process_certificate_request": "SSL3_GET_CERTIFICATE_REQUEST",
        "tls_process_cert_verify": "SSL3_GET_CERT_VERIFY",
        // keys
        "tls_process_client_key_exchange": "SSL3_GET_CLIENT_KEY_EXCHANGE",
        "tls_process_cke_rsa": "SSL3_GET_CLIENT_KEY_EXCHANGE",
        "tls_process_cke_dhe": "SSL3_GET_CLIENT_KEY_EXCHANGE",
        "tls_process_cke_ecdhe": "SSL3_GET_CLIENT_KEY_EXCHANGE",
        "tls_process_key_exchange": "SSL3_GET_KEY_EXCHANGE",
        // ends
        "tls_process_server_done": "SSL3_GET_SERVER_DONE",
        "tls_process_finished": "SSL3_GET_FINISHED",
        "tls_process_change_cipher_spec": "SSL3_READ_BYTES",
        // messages and records
        "tls_get_message_header": "SSL3_GET_MESSAGE",
        "tls_get_message_body": "SSL3_GET_MESSAGE",
        "ossl_statem_server_read_transition": "SSL3_GET_MESSAGE",
        "ossl_statem_client_read_transition": "SSL3_GET_MESSAGE",
        "read_state_machine": "SSL3_GET_MESSAGE",
        "ssl3_get_record": "SSL3_GET_RECORD",
        "ssl3_read_n": "SSL3_READ_N",
        "ssl3_read_bytes": "SSL3_READ_BYTES",
        "ssl3_write_bytes": "SSL3_WRITE_BYTES",
    ]

    /// By OpenSSL 3's words.
    private static let reasons: [String: String] = [
        "unsupported protocol": "unknown protocol",
        "bad length": "length mismatch",
        "digest check failed": "digest check failed",
    ]
}
